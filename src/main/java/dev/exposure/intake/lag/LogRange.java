package dev.exposure.intake.lag;

/**
 * Extent of one partition's log.
 *
 * @param start offset of the oldest record it still holds
 * @param end offset after the newest record that a consumer of the given isolation level may read
 */
record LogRange(long start, long end) {}
