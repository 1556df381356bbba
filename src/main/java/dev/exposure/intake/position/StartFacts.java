package dev.exposure.intake.position;

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

    /** Leader epoch of the last record before the position, in the log as it is now. */
    int epochBefore() {
        if (stored != null) {
            return replacedLog() == null ? stored.leaderEpoch() : Position.NO_EPOCH;
        }
        return committed == null || !committed.isOf(log) ? Position.NO_EPOCH : committed.leaderEpoch();
    }
}
