package dev.exposure.intake.position;

import static dev.exposure.intake.partition.Position.NO_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is owned and how far it is; what is gone stays gone, however late an update comes. */
class AssignmentTests {

    private static final PartitionId P0 = new PartitionId("ads", 0);
    private static final PartitionId P1 = new PartitionId("ads", 1);
    private static final LogId LOG = new LogId("cluster", "topic");
    private static final Start START = new Start(40, NO_EPOCH, StartReason.RESUMED, 0, null);
    private static final Instant SEEN = MutableClock.START.minusSeconds(5);

    private final MutableClock clock = new MutableClock();
    private final Assignment assignment = new Assignment(clock);

    @Test
    void partitionWhenTakenAllTheWayShowsEachStep() {
        assignment.assigned(P0, "client-1", SEEN);
        assertThat(assignment.find(P0))
                .isEqualTo(new OwnedPartition(
                        P0, "client-1", MutableClock.START, SEEN, null, null, null, NO_EPOCH, null, null));

        assignment.started(P0, START, LOG, 30L);
        assertThat(assignment.find(P0))
                .isEqualTo(new OwnedPartition(
                        P0, "client-1", MutableClock.START, SEEN, START, LOG, 40L, NO_EPOCH, 30L, null));

        clock.advance(Duration.ofSeconds(2));
        assignment.processed(P0, 55, 7);
        assignment.committed(P0, 50);
        Instant first = MutableClock.START.plusSeconds(2);
        assertThat(assignment.find(P0))
                .isEqualTo(
                        new OwnedPartition(P0, "client-1", MutableClock.START, SEEN, START, LOG, 55L, 7, 50L, first));

        clock.advance(Duration.ofSeconds(2));
        assignment.processed(P0, 60, 7);
        assertThat(assignment.find(P0).position()).isEqualTo(60);
        assertThat(assignment.find(P0).firstRecordAt()).as("the first one only").isEqualTo(first);
    }

    @Test
    void positionWhenItMovesWithoutARecordKeepsTheEpochAndShowsNoFirstRecord() {
        assignment.assigned(P0, "client-1", SEEN);
        assignment.started(P0, new Start(40, 7, StartReason.RESUMED, 0, null), LOG, null);

        assignment.moved(P0, 55);

        assertThat(assignment.find(P0).position()).isEqualTo(55);
        assertThat(assignment.find(P0).leaderEpoch()).isEqualTo(7);
        assertThat(assignment.find(P0).firstRecordAt()).isNull();
    }

    @Test
    void updateWhenThePartitionIsGoneDoesNotBringItBack() {
        assignment.assigned(P0, "client-1", SEEN);
        assignment.started(P0, START, LOG, null);
        assignment.removed(List.of(P0));

        assignment.started(P0, START, LOG, null);
        assignment.processed(P0, 55, 7);
        assignment.committed(P0, 55);

        assertThat(assignment.find(P0)).isNull();
        assertThat(assignment.partitions()).isEmpty();
        assertThat(assignment.ids()).isEmpty();
        assertThat(assignment.ownedCount("ads")).isZero();
    }

    @Test
    void partitionWhenAssignedAgainHasForgottenWhatWasBefore() {
        assignment.assigned(P0, "client-1", SEEN);
        assignment.started(P0, START, LOG, 30L);
        assignment.processed(P0, 55, 7);
        assignment.removed(List.of(P0));

        assignment.assigned(P0, "client-2", SEEN);

        assertThat(assignment.find(P0).start()).isNull();
        assertThat(assignment.find(P0).position()).isNull();
        assertThat(assignment.find(P0).committed()).isNull();
        assertThat(assignment.find(P0).firstRecordAt()).isNull();
    }

    @Test
    void listenerWhenPartitionsGoIsCalledOnceAndSeesThemGone() {
        AtomicInteger left = new AtomicInteger(-1);
        AtomicInteger calls = new AtomicInteger();
        assignment.assigned(P0, "client-1", SEEN);
        assignment.assigned(P1, "client-1", SEEN);
        assignment.onChange(() -> {
            calls.incrementAndGet();
            left.set(assignment.ids().size());
        });

        assignment.removed(List.of(P0));
        assertThat(calls).hasValue(1);
        assertThat(left).hasValue(1);

        assignment.removed(List.of(P0));
        assertThat(calls).as("nothing changed").hasValue(1);
    }

    @Test
    void partitionsWhenListedAreSortedByTopicAndNumber() {
        PartitionId p10 = new PartitionId("ads", 10);
        PartitionId other = new PartitionId("a-topic", 3);
        List.of(p10, P1, other, P0).forEach(id -> assignment.assigned(id, "client-1", SEEN));

        assertThat(assignment.partitions()).extracting(OwnedPartition::id).containsExactly(other, P0, P1, p10);
        assertThat(assignment.ids()).containsExactly(other, P0, P1, p10);
        assertThat(assignment.ownedCount("ads")).isEqualTo(3);
        assertThat(assignment.ownedCount("a-topic")).isEqualTo(1);
        assertThat(assignment.ownedCount("no-topic")).isZero();
    }

    @Test
    void membershipWhenJoinedWithoutPartitionsIsKnown() {
        assertThat(assignment.hasJoined()).isFalse();

        assignment.joined();

        assertThat(assignment.hasJoined()).isTrue();
    }
}
