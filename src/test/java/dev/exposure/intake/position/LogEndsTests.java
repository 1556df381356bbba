package dev.exposure.intake.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.PartitionId;
import org.junit.jupiter.api.Test;

/** What was cut off is told from what was written after the cut by the leader's epoch. */
class LogEndsTests {

    private static final PartitionId P0 = new PartitionId("ads", 0);

    private final LogEnds ends = new LogEnds();

    @Test
    void recordsBeyondTheOffsetAreThoseSeenUnderAnEarlierLeader() {
        ends.seen(P0, "id", 3, 130);
        ends.seen(P0, "id", 3, 120); // a reading that arrives late
        ends.seen(P0, "id", 4, 500);

        assertThat(ends.seenBeyond(P0, "id", 100, 4)).isEqualTo(30);
        assertThat(ends.seenBeyond(P0, "id", 100, 5)).isEqualTo(400);
        assertThat(ends.seenBeyond(P0, "id", 130, 4)).isZero();
        assertThat(ends.seenBeyond(P0, "id", 131, 4)).isZero();
    }

    @Test
    void nothingIsKnownBeyondWhenNoEarlierLeaderWasSeen() {
        assertThat(ends.seenBeyond(P0, "id", 0, 4)).isZero();
        ends.seen(P0, "id", 4, 130);
        assertThat(ends.seenBeyond(P0, "id", 0, 4)).isZero();
        assertThat(ends.seenBeyond(new PartitionId("ads", 1), "id", 0, 9)).isZero();
    }

    @Test
    void endsOfTheLogThatWasAreForgottenWhenItsTopicIsCreatedAgain() {
        ends.seen(P0, "old", 3, 130);
        assertThat(ends.seenBeyond(P0, "new", 0, 9)).isZero();
        ends.seen(P0, "new", 1, 7);
        assertThat(ends.seenBeyond(P0, "new", 0, 9)).isEqualTo(7);
    }

    @Test
    void onlyTheLastElectionsAreRemembered() {
        for (int epoch = 0; epoch < 10; epoch++) {
            ends.seen(P0, "id", epoch, 100 + epoch);
        }
        assertThat(ends.seenBeyond(P0, "id", 0, 6)).isZero();
        assertThat(ends.seenBeyond(P0, "id", 0, 7)).isEqualTo(106);
    }
}
