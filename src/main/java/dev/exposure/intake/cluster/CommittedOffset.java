package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.LogId;
import org.jspecify.annotations.Nullable;

/**
 * Offset that the group committed to Kafka for a partition.
 *
 * @param leaderEpoch leader epoch of the record before it, {@link dev.exposure.intake.partition.Position#NO_EPOCH} where
 *     unknown
 * @param metadata ours, or null when another tool committed it
 */
public record CommittedOffset(
        long offset, int leaderEpoch, @Nullable CommitMetadata metadata) {

    /** Whether it may refer to this log: true unless its metadata names another one. */
    public boolean isOf(LogId log) {
        return metadata == null || metadata.log().equals(log);
    }
}
