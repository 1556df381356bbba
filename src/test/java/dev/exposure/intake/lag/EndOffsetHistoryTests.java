package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EndOffsetHistoryTests {

    private final EndOffsetHistory history = new EndOffsetHistory();
    private long now = Long.MAX_VALUE; // nanoTime may begin anywhere, and wrap

    @Test
    void secondsBehindWhenEmptyIsUnknown() {
        assertThat(history.secondsBehind(0)).isNull();
    }

    @Test
    void secondsBehindWhenOffsetIsAtEndIsZero() {
        add(100);

        assertThat(history.secondsBehind(100)).isEqualTo(0.0);
    }

    @Test
    void secondsBehindWhenOffsetIsBeyondEndIsZero() {
        add(100);

        assertThat(history.secondsBehind(170)).isEqualTo(0.0);
    }

    @Test
    void secondsBehindWhenOffsetLiesBeforeFirstPointIsUnknown() {
        add(100);
        later(5);
        add(200);

        assertThat(history.secondsBehind(99)).isNull();
    }

    @Test
    void secondsBehindWhenOnlyOnePointIsKnownIsUnknown() {
        add(100);

        assertThat(history.secondsBehind(50)).isNull();
    }

    @Test
    void secondsBehindWhenOffsetIsAtFirstPointIsAgeOfThatPoint() {
        add(100);
        later(5);
        add(200);

        assertThat(history.secondsBehind(100)).isEqualTo(5.0);
    }

    @Test
    void secondsBehindWhenOffsetLiesBetweenPointsIsInterpolated() {
        add(100);
        later(10);
        add(200);
        later(5);
        add(300);

        // The end passed 170 at seven tenths of the first ten seconds, that is 3 s before the second point.
        assertThat(history.secondsBehind(170)).isEqualTo(8.0);
    }

    @Test
    void secondsBehindWhenOffsetWasPassedByBurstAfterQuietTimeCountsFromEndOfQuietTime() {
        add(100);
        for (int i = 0; i < 100; i++) {
            later(5);
            add(100);
        }
        later(5);
        add(1100);

        assertThat(history.secondsBehind(100)).isEqualTo(5.0);
        assertThat(history.secondsBehind(600)).isEqualTo(2.5);
    }

    @Test
    void secondsBehindWhenTopicIsQuietAndGroupStuckGrows() {
        add(100);
        later(5);
        add(200);
        later(3600);
        add(200);

        assertThat(history.secondsBehind(150)).isEqualTo(3602.5);
    }

    @Test
    void sizeWhenTopicIsQuietStaysAtBeginningAndEndOfQuietTime() {
        for (int i = 0; i < 10_000; i++) {
            add(100);
            later(5);
        }

        assertThat(history.size()).isEqualTo(2);
    }

    @Test
    void addWhenEndMovesBackwardsForgetsTheOldLog() {
        add(100);
        later(5);
        add(200);
        later(5);
        add(40);

        assertThat(history.size()).isEqualTo(1);
        assertThat(history.secondsBehind(30)).isNull();
        assertThat(history.secondsBehind(40)).isEqualTo(0.0);

        later(5);
        add(140);
        assertThat(history.secondsBehind(40)).isEqualTo(5.0);
        assertThat(history.secondsBehind(30)).isNull();
    }

    @Test
    void addWhenTimeStandsStillGivesFiniteAnswers() {
        for (int end = 0; end < 2 * EndOffsetHistory.MAX_POINTS; end++) {
            add(end);
        }

        assertThat(history.size()).isEqualTo(EndOffsetHistory.MAX_POINTS);
        assertThat(history.secondsBehind(3)).isEqualTo(0.0);
    }

    @Test
    void addWhenPointsExceedTheLimitKeepsRecentPastAlmostExact() {
        for (long second = 0; second <= 86_400; second += 5) {
            add(second * second / 7);
            later(5);
        }

        assertThat(history.size()).isEqualTo(EndOffsetHistory.MAX_POINTS);
        for (int age = 5; age <= 120; age += 5) {
            long then = 86_400L - age;
            assertThat(history.secondsBehind(then * then / 7)).isCloseTo(age, within(0.1));
        }
    }

    @Test
    void addWhenPointsExceedTheLimitStaysWithinPercentsOfTheTruthOverAWeek() {
        Random random = new Random(7);
        int samples = 7 * 86_400 / 5;
        long[] ends = new long[samples];
        long end = 0;
        for (int i = 0; i < samples; i++) {
            // Hours of silence, of trickle and of bursts by turns.
            end += switch ((i / 500) % 3) {
                case 0 -> 0;
                case 1 -> random.nextInt(3);
                default -> random.nextInt(10_000);
            };
            ends[i] = end;
            add(end);
            later(5);
        }

        assertThat(history.size()).isLessThanOrEqualTo(EndOffsetHistory.MAX_POINTS);
        for (int i = 0; i < samples - 1; i += 97) {
            // Between samples i and i+1 the end passed ends[i], unless it stood still, which moves that moment on.
            int passed = i;
            while (passed + 1 < samples && ends[passed + 1] == ends[i]) {
                passed++;
            }
            if (passed + 1 == samples) {
                assertThat(history.secondsBehind(ends[i])).isEqualTo(0.0);
                continue;
            }
            double truth = (samples - 1 - passed) * 5.0;
            assertThat(history.secondsBehind(ends[i]))
                    .as("offset of sample %d", i)
                    .isCloseTo(truth, within(Math.max(5.0, truth * 0.1)));
        }
    }

    @Test
    void addWhenPointsExceedTheLimitKeepsTheBeginning() {
        for (int i = 0; i < 5 * EndOffsetHistory.MAX_POINTS; i++) {
            add(10L * i);
            later(5);
        }

        assertThat(history.secondsBehind(0)).isEqualTo((5 * EndOffsetHistory.MAX_POINTS - 1) * 5.0);
    }

    private void add(long end) {
        history.add(end, now);
    }

    private void later(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }
}
