package dev.exposure.intake.sink;

import java.util.Set;

/**
 * What a write did with the exposures it was given; the three numbers add up to them.
 *
 * @param counted exposures counted now
 * @param duplicates exposures that an earlier write had counted already
 * @param tests test exposures, not counted
 * @param truncated partitions whose log was cut below the stored position and grew again: their new records were
 *     counted although their offsets are below that position
 */
public record WriteResult(long counted, long duplicates, long tests, Set<PartitionId> truncated) {}
