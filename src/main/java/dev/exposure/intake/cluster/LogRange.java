package dev.exposure.intake.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Extent of one partition's log.
 *
 * @param start offset of the oldest record it still holds
 * @param end offset after the newest record that a consumer of the given isolation level may read
 * @param leaderEpoch epoch of the leader that said so, null where it is too old to tell
 */
public record LogRange(long start, long end, @Nullable Integer leaderEpoch) {

    public LogRange(long start, long end) {
        this(start, end, null);
    }
}
