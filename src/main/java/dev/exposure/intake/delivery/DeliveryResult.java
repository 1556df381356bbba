package dev.exposure.intake.delivery;

import dev.exposure.intake.partition.PartitionId;
import java.util.Set;

/**
 * What a write did with the exposures it was given; counted, duplicates and tests add up to them.
 *
 * @param counted exposures counted now
 * @param duplicates exposures that had been counted already, however that was told
 * @param duplicatesById those of the duplicates that were told by their exposure id: written to Kafka more than once, and
 *     not read twice
 * @param tests test exposures, not counted
 * @param truncated partitions whose log was cut below the stored position and grew again: their new records were
 *     counted although their offsets are below that position
 */
public record DeliveryResult(
        long counted, long duplicates, long duplicatesById, long tests, Set<PartitionId> truncated) {

    /** Result of a write that told duplicates by their position alone. */
    public DeliveryResult(long counted, long duplicates, long tests, Set<PartitionId> truncated) {
        this(counted, duplicates, 0, tests, truncated);
    }
}
