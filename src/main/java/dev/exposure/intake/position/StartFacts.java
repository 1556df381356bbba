package dev.exposure.intake.position;

import dev.exposure.intake.sink.LogId;
import dev.exposure.intake.sink.StoredPosition;
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
        @Nullable StoredPosition stored,
        @Nullable CommittedOffset committed,
        @Nullable Long pinned,
        LogId log,
        long logStart,
        long logEnd) {}
