package dev.exposure.intake.position;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.Position;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about a partition when its start is decided.
 *
 * @param stored position stored with the counts
 * @param committed offset committed to Kafka
 * @param pinned initial position that this instance resolved for a first start and could not commit, because the group
 *     was active already
 * @param log log as it is now
 * @param logStart offset of the first record that the log still holds
 * @param logEnd offset after the last record of the log
 */
public record StartFacts(
        @Nullable Position stored,
        @Nullable CommittedOffset committed,
        @Nullable Long pinned,
        LogId log,
        long logStart,
        long logEnd) {

    /** Log that the stored position refers to, where it is another than the log as it is now. */
    @Nullable
    LogId replacedLog() {
        return stored == null || stored.log().equals(log) ? null : stored.log();
    }

    /**
     * How far the log is known to have been processed, by what this instance has processed since its assignment or by what
     * the group has committed. It is beyond the stored position when the database went back in time, and its results with it.
     *
     * @param owned the partition as it is before its start is decided, or null when it is not owned
     */
    long processedUpTo(@Nullable OwnedPartition owned) {
        if (stored == null || replacedLog() != null) {
            return 0;
        }
        long known = stored.nextOffset();
        if (owned != null
                && owned.position() != null
                && log.equals(owned.log())
                && isOfStoredBranch(stored, owned.leaderEpoch())) {
            known = Math.max(known, owned.position());
        }
        CommitMetadata metadata = committed == null ? null : committed.metadata();
        if (committed != null
                && metadata != null
                && !metadata.seed()
                && metadata.log().equals(log)
                && isOfStoredBranch(stored, committed.leaderEpoch())) {
            known = Math.max(known, committed.offset());
        }
        return known;
    }

    /** A higher offset of an earlier epoch is that of a log that was truncated since. */
    private static boolean isOfStoredBranch(Position stored, int leaderEpoch) {
        return stored.leaderEpoch() == Position.NO_EPOCH
                || leaderEpoch == Position.NO_EPOCH
                || leaderEpoch >= stored.leaderEpoch();
    }

    /** Leader epoch of the last record before the position, in the log as it is now. */
    int epochBefore() {
        if (stored != null) {
            return replacedLog() == null ? stored.leaderEpoch() : Position.NO_EPOCH;
        }
        return committed == null || !committed.isOf(log) ? Position.NO_EPOCH : committed.leaderEpoch();
    }
}
