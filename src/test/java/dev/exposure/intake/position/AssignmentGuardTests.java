package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionRoom.TOPIC;
import static dev.exposure.intake.sink.StoredPosition.NO_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.sink.LogId;
import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.sink.StoredPosition;
import dev.exposure.intake.testing.FakeConsumer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

/** Each assigned partition is sought to its start, at once or later, and no record counts before that. */
class AssignmentGuardTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition TP1 = new TopicPartition(TOPIC, 1);
    private static final PartitionId P0 = new PartitionId(TOPIC, 0);
    private static final PartitionId P1 = new PartitionId(TOPIC, 1);
    private static final RuntimeException SINK_DOWN = new DataAccessResourceFailureException(
            "secret SQL", new SQLException("Connection to db:5432 refused", "08001"));

    private final PositionRoom room = new PositionRoom();
    private final AssignmentGuard guard = room.guard;
    private final FakeConsumer consumer = new FakeConsumer(TP0, TP1);

    @BeforeEach
    void createTopic() {
        room.cluster.create(TOPIC, 2);
        room.cluster.log(TOPIC, 0, 0, 1000);
        room.cluster.log(TOPIC, 1, 0, 1000);
    }

    @Test
    void partitionWhenAssignedIsSoughtToItsStartWithItsEpoch() {
        room.sink.store(P0, new StoredPosition(log(), 400, 7));

        guard.assigned(consumer, List.of(TP0, TP1));

        assertThat(consumer.seeks())
                .isEqualTo(Map.of(
                        TP0, new OffsetAndMetadata(400, Optional.of(7), ""),
                        TP1, new OffsetAndMetadata(0, Optional.empty(), "")));
        assertThat(room.book.find(P0).start())
                .usingRecursiveComparison()
                .ignoringFields("warning") // of the commit, which these tests leave out
                .isEqualTo(new Start(400, 7, StartReason.RESUMED, 0, null));
        assertThat(room.book.find(P0).log()).isEqualTo(log());
        assertThat(room.book.find(P1).start().reason()).isEqualTo(StartReason.NEW_PARTITION);
        assertThat(room.book.hasJoined()).isTrue();
        assertThat(count("intake.partitions.started", "reason", "RESUMED")).isEqualTo(1);
        assertThat(count("intake.partitions.started", "reason", "NEW_PARTITION"))
                .isEqualTo(1);
        assertThat(guard.settle(consumer, List.of(TP0, TP1)))
                .as("nothing left to decide")
                .isEmpty();
    }

    @Test
    void assignmentWhenItBringsNothingStillMakesAMember() {
        guard.assigned(consumer, List.of());

        assertThat(room.book.hasJoined()).isTrue();
        assertThat(count("intake.rebalances", "type", "assigned")).isZero();
    }

    @Test
    void assignmentWhenTheSinkIsDownDoesNotThrowAndSettlesLater() {
        room.sink.fail(SINK_DOWN);

        assertThatCode(() -> guard.assigned(consumer, List.of(TP0, TP1))).doesNotThrowAnyException();

        assertThat(consumer.seeks()).isEmpty();
        assertThat(room.book.find(P0).start()).isNull();
        assertThatThrownBy(() -> guard.settle(consumer, List.of(TP0))).isSameAs(SINK_DOWN);

        room.sink.fail(null);
        room.sink.store(P0, new StoredPosition(log(), 400, 7));
        assertThat(guard.settle(consumer, List.of(TP0)))
                .as("records at hand are void, they were read from somewhere else")
                .containsExactlyInAnyOrder(P0, P1);
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(400);
        assertThat(guard.settle(consumer, List.of(TP0))).isEmpty();
    }

    @Test
    void assignmentWhenTheClusterIsDownDoesNotThrowAndSettlesLater() {
        room.cluster.down(true);

        assertThatCode(() -> guard.assigned(consumer, List.of(TP0))).doesNotThrowAnyException();
        assertThatThrownBy(() -> guard.settle(consumer, List.of(TP0))).isInstanceOf(TimeoutException.class);

        room.cluster.down(false);
        assertThat(guard.settle(consumer, List.of(TP0))).containsExactly(P0);
    }

    @Test
    void settlingWhenNothingWasPolledIsTriedEveryTwoSecondsOnly() {
        room.sink.fail(SINK_DOWN);
        guard.assigned(consumer, List.of(TP0));
        assertThatThrownBy(() -> guard.settle(consumer, List.of())).isSameAs(SINK_DOWN);
        room.sink.fail(null);

        room.clock.advance(Duration.ofMillis(1999));
        assertThat(guard.settle(consumer, List.of())).as("not due yet").isEmpty();
        assertThat(consumer.seeks()).isEmpty();

        room.clock.advance(Duration.ofMillis(1));
        assertThat(guard.settle(consumer, List.of())).containsExactly(P0);
    }

    @Test
    void settlingWhenRecordsAreAtHandDoesNotWait() {
        room.sink.fail(SINK_DOWN);
        guard.assigned(consumer, List.of(TP0));
        assertThatThrownBy(() -> guard.settle(consumer, List.of())).isSameAs(SINK_DOWN);
        room.sink.fail(null);

        assertThat(guard.settle(consumer, List.of(TP0))).containsExactly(P0);
    }

    @Test
    void settlingWhenThePartitionIsNotThisConsumersLeavesItAlone() {
        room.sink.fail(SINK_DOWN);
        guard.assigned(consumer, List.of(TP0));
        room.sink.fail(null);
        FakeConsumer other = new FakeConsumer(TP1);

        assertThat(guard.settle(other, List.of(TP1))).isEmpty();

        assertThat(other.seeks()).isEmpty();
        assertThat(guard.settle(consumer, List.of())).containsExactly(P0);
    }

    @Test
    void partitionWhenWithoutALeaderWaitsAndHoldsUpNoOther() {
        room.cluster.leaderless(TOPIC, 1);

        guard.assigned(consumer, List.of(TP0, TP1));

        assertThat(consumer.seeks()).containsOnlyKeys(TP0);
        assertThat(guard.settle(consumer, List.of(TP0))).isEmpty();
        assertThatThrownBy(() -> guard.settle(consumer, List.of(TP0, TP1)))
                .as("records of it must not be processed")
                .isInstanceOf(LeaderNotAvailableException.class);
    }

    @Test
    void partitionWhenGivenUpIsForgottenAndSaidOnce() {
        room.sink.fail(SINK_DOWN);
        guard.assigned(consumer, List.of(TP0, TP1));
        room.sink.fail(null);

        guard.revoked(consumer, List.of(TP0));
        guard.lost(consumer, List.of(TP0));
        guard.revoked(consumer, List.of(TP0));
        guard.lost(consumer, List.of(TP1));
        guard.lost(consumer, List.of(TP1));

        assertThat(room.book.partitions()).isEmpty();
        assertThat(types()).containsExactly(EventType.REVOKED, EventType.LOST);
        assertThat(count("intake.rebalances", "type", "revoked")).isEqualTo(1);
        assertThat(count("intake.rebalances", "type", "lost")).isEqualTo(1);
        assertThat(guard.settle(consumer, List.of(TP0, TP1)))
                .as("nothing is undecided any more")
                .isEmpty();
    }

    @Test
    void pinWhenNotCommittedYetIsCommittedAsASeed() {
        room.pins.pin(P0, room.cluster.logId(TOPIC), 900);

        guard.assigned(consumer, List.of(TP0));

        String metadata = new CommitMetadata(log(), true).text();
        assertThat(consumer.commits())
                .containsExactly(Map.of(TP0, new OffsetAndMetadata(900, Optional.empty(), metadata)));
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(900);
        assertThat(room.book.find(P0).start().reason()).isEqualTo(StartReason.FIRST_START);
    }

    @Test
    void pinWhenItsCommitFailsLeavesTheStartUndecided() {
        room.pins.pin(P0, room.cluster.logId(TOPIC), 900);
        consumer.failCommits(new TimeoutException("no answer"));

        guard.assigned(consumer, List.of(TP0));
        assertThat(consumer.seeks()).isEmpty();
        assertThat(room.book.find(P0).start()).isNull();

        assertThat(guard.settle(consumer, List.of(TP0))).containsExactly(P0);
        assertThat(consumer.commits()).hasSize(1);
    }

    @Test
    void seedWhenFoundIsNotCommittedAgain() {
        room.cluster.commit(TOPIC, 0, 900, NO_EPOCH, new CommitMetadata(log(), true).text());

        guard.assigned(consumer, List.of(TP0));

        assertThat(consumer.commits()).isEmpty();
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(900);
        assertThat(room.book.find(P0).committed()).isEqualTo(900);
    }

    @Test
    void retentionWhenItOutranThePositionIsCountedAndSaid() {
        room.cluster.log(TOPIC, 0, 650, 1000);
        room.sink.store(P0, new StoredPosition(log(), 400, 7));

        guard.assigned(consumer, List.of(TP0));

        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(650);
        assertThat(count("intake.records.lost", "cause", "retention")).isEqualTo(250);
        assertThat(types()).contains(EventType.RECORDS_LOST);
    }

    @Test
    void retentionWhenItOutranThePositionIsCountedOnceThoughNothingIsReadBeforeTheNextAssignment() {
        room.cluster.log(TOPIC, 0, 650, 650);
        room.sink.store(P0, new StoredPosition(log(), 400, 7));
        guard.assigned(consumer, List.of(TP0));
        guard.revoked(consumer, List.of(TP0));

        guard.assigned(consumer, List.of(TP0));

        assertThat(count("intake.records.lost", "cause", "retention")).isEqualTo(250);
        assertThat(types()).containsOnlyOnce(EventType.RECORDS_LOST);
        assertThat(room.book.find(P0).start())
                .usingRecursiveComparison()
                .ignoringFields("warning") // of the commit, which these tests leave out
                .isEqualTo(new Start(650, 7, StartReason.RESUMED, 0, null));
    }

    @Test
    void retentionWhenTheSinkCanNotTakeTheNewPositionIsNotCountedYet() {
        room.cluster.log(TOPIC, 0, 650, 1000);
        room.sink.store(P0, new StoredPosition(log(), 400, 7));
        room.sink.failWrites(SINK_DOWN);

        guard.assigned(consumer, List.of(TP0));
        assertThat(count("intake.records.lost", "cause", "retention")).isZero();
        assertThat(consumer.seeks()).isEmpty();

        room.sink.failWrites(null);
        assertThat(guard.settle(consumer, List.of(TP0))).containsExactly(P0);
        assertThat(count("intake.records.lost", "cause", "retention")).isEqualTo(250);
    }

    @Test
    void topicWhenCreatedAgainIsReadFromItsStartAndSaidOnce() {
        LogId old = log();
        room.sink.store(P0, new StoredPosition(old, 400, 7));
        room.sink.store(P1, new StoredPosition(old, 500, 7));
        guard.assigned(consumer, List.of(TP0, TP1));
        room.cluster.create(TOPIC, 2);
        room.cluster.log(TOPIC, 0, 0, 1000);

        guard.reconsider(TOPIC);
        Set<PartitionId> moved = guard.settle(consumer, List.of(TP0));

        assertThat(moved).containsExactlyInAnyOrder(P0, P1);
        assertThat(consumer.seeks().get(TP0).offset()).isZero();
        assertThat(consumer.seeks().get(TP0).leaderEpoch()).isEmpty();
        assertThat(room.book.find(P0).log()).isEqualTo(log()).isNotEqualTo(old);
        assertThat(count("intake.topics.recreated", "topic", TOPIC)).isEqualTo(1);
        assertThat(types()).containsOnlyOnce(EventType.TOPIC_RECREATED);
    }

    private LogId log() {
        return room.cluster.logId(TOPIC);
    }

    private List<EventType> types() {
        return room.events.snapshot().stream().map(IntakeEvent::type).toList();
    }

    private double count(String name, String tag, String value) {
        return room.registry.get(name).tag(tag, value).counter().count();
    }
}
