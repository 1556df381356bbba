package dev.exposure.intake.lag;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers when one partition's log end was where, to tell how long ago it passed an offset.
 *
 * <p>No broker answers that: a record's timestamp is whatever its producer wrote. Not safe for use by several threads.
 */
final class EndOffsetHistory {

    static final int MAX_POINTS = 720;

    private final List<Point> points = new ArrayList<>();

    /** Adds where the log end is now. */
    void add(long end, Instant at) {
        long millis = at.toEpochMilli();
        // An end that moves backwards is another log, or a truncated one; a clock set back makes all times meaningless.
        if (!points.isEmpty() && (end < newest().end() || millis < newest().millis())) {
            points.clear();
        }
        // Of a quiet time its beginning and its end say everything.
        if (points.size() >= 2
                && newest().end() == end
                && points.get(points.size() - 2).end() == end) {
            points.remove(points.size() - 1);
        }
        points.add(new Point(end, millis));
        if (points.size() > MAX_POINTS) {
            thin();
        }
    }

    /**
     * How long before the newest point the log end passed an offset, interpolated between the two points around that
     * moment: 0 where it has not passed it yet, null where it had passed it before this history began.
     */
    @Nullable
    Double secondsBehind(long offset) {
        if (points.isEmpty()) {
            return null;
        }
        Point after = newest();
        if (offset >= after.end()) {
            return 0.0;
        }
        for (int i = points.size() - 2; i >= 0; i--) {
            Point before = points.get(i);
            if (before.end() <= offset) {
                double share = (double) (offset - before.end()) / (after.end() - before.end());
                long passed = before.millis() + Math.round(share * (after.millis() - before.millis()));
                return (newest().millis() - passed) / 1000.0;
            }
            after = before;
        }
        return null;
    }

    int size() {
        return points.size();
    }

    /**
     * Forgets the point that is missed least: the one whose removal leaves the smallest gap in proportion to its age.
     * The recent past so stays exact, the distant past gets coarse evenly, and answers stay right within a few percent.
     */
    private void thin() {
        int least = 1;
        double leastLoss = Double.POSITIVE_INFINITY;
        for (int i = 1; i < points.size() - 1; i++) {
            long gap = points.get(i + 1).millis() - points.get(i - 1).millis();
            long age = newest().millis() - points.get(i + 1).millis();
            double loss = (double) gap / age;
            if (loss < leastLoss) {
                least = i;
                leastLoss = loss;
            }
        }
        points.remove(least);
    }

    private Point newest() {
        return points.get(points.size() - 1);
    }

    private record Point(long end, long millis) {}
}
