package dev.exposure.intake.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When undecided starts are tried again, and how long they keep a consumer thread waiting. */
class UndecidedStartsTests {

    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final PartitionId FROZEN = new PartitionId("ads", 0);
    private static final PartitionId OTHER = new PartitionId("ads", 1);
    private static final Set<PartitionId> BOTH = Set.of(FROZEN, OTHER);

    private final MutableClock clock = new MutableClock();
    private final UndecidedStarts undecided = new UndecidedStarts(clock::nanoTime);

    @Test
    void partitionWhenLeftUnansweredIsWaitedForAtMostAFifthOfTheTime() {
        undecided.add(Set.of(FROZEN));
        Duration waited = Duration.ZERO;
        Duration passed = Duration.ZERO;
        for (int second = 0; second < 600; second++) {
            if (!undecided.due(BOTH, Set.of()).isEmpty()) {
                Duration limit = undecided.begin(Set.of(FROZEN), Set.of(), USUAL);
                waited = waited.plus(second == 0 ? Duration.ZERO : limit);
                undecided.round(Set.of(FROZEN)).decided(Set.of());
            }
            clock.advance(Duration.ofSeconds(1));
            passed = passed.plusSeconds(1);
        }

        assertThat(waited).isBetween(Duration.ofSeconds(20), passed.dividedBy(4));
    }

    @Test
    void partitionWhenLeftUnansweredIsNotTriedTogetherWithUrgentOnes() {
        undecided.add(BOTH);
        undecided.round(BOTH).decided(Set.of(OTHER));
        undecided.add(Set.of(OTHER));
        clock.advance(Duration.ofMinutes(1));

        assertThat(undecided.due(BOTH, Set.of(OTHER))).containsExactly(OTHER);
        assertThat(undecided.due(BOTH, Set.of()))
                .containsExactlyElementsOf(BOTH.stream().sorted().toList());
        assertThat(undecided.due(BOTH, Set.of(FROZEN)))
                .as("records of it are there")
                .contains(FROZEN);
    }

    @Test
    void partitionWhenItIsToBeDecidedAgainMeanwhileStaysUndecided() {
        undecided.add(Set.of(OTHER));
        UndecidedStarts.Round round = undecided.round(Set.of(OTHER));
        clock.advance(Duration.ofMillis(1));
        undecided.add(Set.of(OTHER));

        round.decided(Set.of(OTHER));

        assertThat(undecided.contains(OTHER)).isTrue();
    }
}
