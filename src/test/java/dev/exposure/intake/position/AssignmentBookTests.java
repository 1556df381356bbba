package dev.exposure.intake.position;

import static dev.exposure.intake.sink.StoredPosition.NO_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.sink.LogId;
import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is owned and how far it is; what is gone stays gone, however late an update comes. */
class AssignmentBookTests {

    private static final PartitionId P0 = new PartitionId("ads", 0);
    private static final PartitionId P1 = new PartitionId("ads", 1);
    private static final LogId LOG = new LogId("cluster", "topic");
    private static final Start START = new Start(40, NO_EPOCH, StartReason.RESUMED, 0, null);
    private static final Instant SEEN = MutableClock.START.minusSeconds(5);

    private final MutableClock clock = new MutableClock();
    private final AssignmentBook book = new AssignmentBook(clock);

    @Test
    void partitionWhenTakenAllTheWayShowsEachStep() {
        book.assigned(P0, "client-1", SEEN);
        assertThat(book.find(P0))
                .isEqualTo(new OwnedPartition(
                        P0, "client-1", MutableClock.START, SEEN, null, null, null, NO_EPOCH, null, null));

        book.started(P0, START, LOG, 30L);
        assertThat(book.find(P0))
                .isEqualTo(new OwnedPartition(
                        P0, "client-1", MutableClock.START, SEEN, START, LOG, 40L, NO_EPOCH, 30L, null));

        clock.advance(Duration.ofSeconds(2));
        book.processed(P0, 55, 7);
        book.committed(P0, 50);
        Instant first = MutableClock.START.plusSeconds(2);
        assertThat(book.find(P0))
                .isEqualTo(
                        new OwnedPartition(P0, "client-1", MutableClock.START, SEEN, START, LOG, 55L, 7, 50L, first));

        clock.advance(Duration.ofSeconds(2));
        book.processed(P0, 60, 7);
        assertThat(book.find(P0).position()).isEqualTo(60);
        assertThat(book.find(P0).firstRecordAt()).as("the first one only").isEqualTo(first);
    }

    @Test
    void positionWhenItMovesWithoutARecordKeepsTheEpochAndShowsNoFirstRecord() {
        book.assigned(P0, "client-1", SEEN);
        book.started(P0, new Start(40, 7, StartReason.RESUMED, 0, null), LOG, null);

        book.moved(P0, 55);

        assertThat(book.find(P0).position()).isEqualTo(55);
        assertThat(book.find(P0).leaderEpoch()).isEqualTo(7);
        assertThat(book.find(P0).firstRecordAt()).isNull();
    }

    @Test
    void updateWhenThePartitionIsGoneDoesNotBringItBack() {
        book.assigned(P0, "client-1", SEEN);
        book.started(P0, START, LOG, null);
        book.removed(List.of(P0));

        book.started(P0, START, LOG, null);
        book.processed(P0, 55, 7);
        book.committed(P0, 55);

        assertThat(book.find(P0)).isNull();
        assertThat(book.partitions()).isEmpty();
        assertThat(book.ids()).isEmpty();
        assertThat(book.ownedCount("ads")).isZero();
    }

    @Test
    void partitionWhenAssignedAgainHasForgottenWhatWasBefore() {
        book.assigned(P0, "client-1", SEEN);
        book.started(P0, START, LOG, 30L);
        book.processed(P0, 55, 7);
        book.removed(List.of(P0));

        book.assigned(P0, "client-2", SEEN);

        assertThat(book.find(P0).start()).isNull();
        assertThat(book.find(P0).position()).isNull();
        assertThat(book.find(P0).committed()).isNull();
        assertThat(book.find(P0).firstRecordAt()).isNull();
    }

    @Test
    void listenerWhenPartitionsGoIsCalledOnceAndSeesThemGone() {
        AtomicInteger left = new AtomicInteger(-1);
        AtomicInteger calls = new AtomicInteger();
        book.assigned(P0, "client-1", SEEN);
        book.assigned(P1, "client-1", SEEN);
        book.onChange(() -> {
            calls.incrementAndGet();
            left.set(book.ids().size());
        });

        book.removed(List.of(P0));
        assertThat(calls).hasValue(1);
        assertThat(left).hasValue(1);

        book.removed(List.of(P0));
        assertThat(calls).as("nothing changed").hasValue(1);
    }

    @Test
    void partitionsWhenListedAreSortedByTopicAndNumber() {
        PartitionId p10 = new PartitionId("ads", 10);
        PartitionId other = new PartitionId("a-topic", 3);
        List.of(p10, P1, other, P0).forEach(id -> book.assigned(id, "client-1", SEEN));

        assertThat(book.partitions()).extracting(OwnedPartition::id).containsExactly(other, P0, P1, p10);
        assertThat(book.ids()).containsExactly(other, P0, P1, p10);
        assertThat(book.ownedCount("ads")).isEqualTo(3);
        assertThat(book.ownedCount("a-topic")).isEqualTo(1);
        assertThat(book.ownedCount("no-topic")).isZero();
    }

    @Test
    void membershipWhenJoinedWithoutPartitionsIsKnown() {
        assertThat(book.hasJoined()).isFalse();

        book.joined();

        assertThat(book.hasJoined()).isTrue();
    }
}
