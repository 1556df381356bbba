package dev.exposure.intake.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Extent of one partition's log.
 *
 * @param start offset of the oldest record it still holds
 * @param end offset after the newest record that a consumer of the given isolation level may read
 * @param heldBack records from {@code end} on that wait for an open transaction to end; 0 where the isolation level reads
 *     them at once
 * @param leaderEpoch epoch of the leader that answered, null if its version is too old to tell it
 */
public record LogRange(
        long start, long end, long heldBack, @Nullable Integer leaderEpoch) {}
