package dev.exposure.intake.lag;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where one partition's log end was at which time, to tell how long ago it passed an offset. It takes at most
 * some 2 kB.
 *
 * <p>Brokers can't tell that: a record's timestamp is whatever its producer wrote. Not safe for use by several threads.
 */
final class EndOffsetHistory {

    static final int MAX_POINTS = 128;

    private static final double NANOS = 1e9;

    private long[] ends = new long[2];
    private long[] times = new long[2];
    private int size;

    /**
     * Adds where the log end is now.
     *
     * @param nanos time by {@link System#nanoTime}, not before that of the last point
     */
    void add(long end, long nanos) {
        if (size > 0 && end < ends[size - 1]) {
            size = 0; // an end that moves backwards is another log, or a truncated one
        }
        // While no records come, the first and the last point are enough.
        if (size >= 2 && ends[size - 1] == end && ends[size - 2] == end) {
            size--;
        }
        if (size == MAX_POINTS) {
            thin(nanos);
        }
        if (size == ends.length) {
            int capacity = Math.min(MAX_POINTS, size * 2);
            ends = Arrays.copyOf(ends, capacity);
            times = Arrays.copyOf(times, capacity);
        }
        ends[size] = end;
        times[size] = nanos;
        size++;
    }

    /**
     * How long before the newest point the log end passed an offset, interpolated between the two points around that
     * moment: 0 when the log end has not passed the offset yet, null when it passed it before this history began.
     */
    @Nullable
    Double secondsBehind(long offset) {
        if (size == 0) {
            return null;
        }
        if (offset >= ends[size - 1]) {
            return 0.0;
        }
        for (int i = size - 2; i >= 0; i--) {
            if (ends[i] <= offset) {
                double share = (double) (offset - ends[i]) / (ends[i + 1] - ends[i]);
                double passed = times[i] - times[size - 1] + share * (times[i + 1] - times[i]);
                return Math.round(-passed / 1e6) / 1000.0;
            }
        }
        return null;
    }

    int size() {
        return size;
    }

    /**
     * Removes the least useful point: the one whose removal leaves the smallest gap in proportion to its age. So the
     * recent past stays exact, and the distant past gets evenly coarser.
     */
    private void thin(long now) {
        int least = 1;
        double leastLoss = Double.POSITIVE_INFINITY;
        for (int i = 1; i < size - 1; i++) {
            double gap = (times[i + 1] - times[i - 1]) / NANOS;
            double age = (now - times[i + 1]) / NANOS;
            double loss = gap / age;
            if (loss < leastLoss) {
                least = i;
                leastLoss = loss;
            }
        }
        System.arraycopy(ends, least + 1, ends, least, size - least - 1);
        System.arraycopy(times, least + 1, times, least, size - least - 1);
        size--;
    }
}
