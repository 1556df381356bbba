package dev.exposure.intake.partition;

import java.util.Arrays;

/** Ranges of offsets without a record that a poll has passed; usually there are none. For one thread. */
final class OffsetRanges {

    private static final long[] NONE = {};

    private long[] bounds = NONE;
    private int size;

    /** Adds the offsets from {@code from} to before {@code to}. */
    void add(long from, long to) {
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, Math.max(8, size * 2));
        }
        bounds[size++] = from;
        bounds[size++] = to;
    }

    /** Number of these offsets that are not below the given one. */
    long countFrom(long offset) {
        long count = 0;
        for (int i = 0; i < size; i += 2) {
            count += Math.max(0, bounds[i + 1] - Math.max(bounds[i], offset));
        }
        return count;
    }
}
