package dev.exposure.intake.partition;

import java.time.Instant;

/**
 * The account of a partition: what became of every offset from its start to its position.
 *
 * @param from offset at which the account begins
 * @param next offset of the first record that is not processed yet
 * @param outcomes what became of the offsets between the two; each kind is counted by itself
 * @param offBefore what former accounts of the partition were off by when this one began; 0 unless something was wrong
 * @param since when it began
 */
public record PartitionAccount(PartitionId id, long from, long next, Outcomes outcomes, long offBefore, Instant since) {

    /** Offsets without an outcome; if negative, outcomes without an offset; 0 where all is right. */
    public long off() {
        return offBefore + next - from - outcomes.sum();
    }
}
