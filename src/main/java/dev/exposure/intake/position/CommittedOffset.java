package dev.exposure.intake.position;

import org.jspecify.annotations.Nullable;

/**
 * Offset that the group committed to Kafka for a partition.
 *
 * @param leaderEpoch leader epoch of the record before it, {@link dev.exposure.intake.sink.StoredPosition#NO_EPOCH} where
 *     unknown
 * @param metadata ours, or null when another tool committed it
 */
public record CommittedOffset(
        long offset, int leaderEpoch, @Nullable CommitMetadata metadata) {}
