package dev.exposure.intake.delivery;

import dev.exposure.intake.partition.PartitionId;
import java.util.Set;

/**
 * What became of the exposures of a poll; processed, duplicates and tests add up to all of them.
 *
 * @param processed exposures that went through the processor
 * @param duplicates exposures that had been processed already, found by position or by id
 * @param duplicatesById duplicates found by their exposure id: written to Kafka more than once, not read twice
 * @param tests test exposures, not processed
 * @param truncated partitions whose log was cut below the stored position and grew again: their new records were processed
 *     although their offsets are below that position
 */
public record DeliveryResult(
        long processed, long duplicates, long duplicatesById, long tests, Set<PartitionId> truncated) {

    /** Result of a delivery that finds duplicates only by position. */
    public DeliveryResult(long processed, long duplicates, long tests, Set<PartitionId> truncated) {
        this(processed, duplicates, 0, tests, truncated);
    }
}
