package dev.exposure.intake.delivery;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.partition.Position;

/**
 * One exposure on its way into the sink.
 *
 * @param offset offset of its record
 * @param leaderEpoch leader epoch of its record, {@link Position#NO_EPOCH} where unknown
 * @param exposureId identity of the exposure as text, 1 to 128 characters without NUL and unpaired surrogate; the integer 7
 *     and the string "7" are the same
 * @param key what it counts for
 * @param priceMicros price in millionths of the currency unit
 * @param test whether it is a test exposure, which takes its place in the log but is not counted
 */
public record SinkRecord(
        long offset, int leaderEpoch, String exposureId, CountKey key, long priceMicros, boolean test) {

    /** Names its place only, because an id may lead to a person and this text may reach a log. */
    @Override
    public String toString() {
        return "SinkRecord[" + offset + "]";
    }
}
