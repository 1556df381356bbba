package dev.exposure.intake.position;

import static dev.exposure.intake.partition.Position.NO_EPOCH;
import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
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
class PartitionStartsTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition TP1 = new TopicPartition(TOPIC, 1);
    private static final PartitionId P0 = new PartitionId(TOPIC, 0);
    private static final PartitionId P1 = new PartitionId(TOPIC, 1);
    private static final RuntimeException SINK_DOWN = new DataAccessResourceFailureException(
            "secret SQL", new SQLException("Connection to db:5432 refused", "08001"));

    private final PositionFixture fixture = new PositionFixture();
    private final PartitionStarts starts = fixture.starts;
    private final FakeConsumer consumer = new FakeConsumer(TP0, TP1);

    @BeforeEach
    void createTopic() {
        fixture.cluster.create(TOPIC, 2);
        fixture.cluster.log(TOPIC, 0, 0, 1000);
        fixture.cluster.log(TOPIC, 1, 0, 1000);
    }

    @Test
    void partitionWhenAssignedIsSoughtToItsStartWithItsEpoch() {
        fixture.sink.store(P0, new Position(log(), 400, 7));

        starts.assigned(consumer, List.of(TP0, TP1));

        assertThat(consumer.seeks())
                .isEqualTo(Map.of(
                        TP0, new OffsetAndMetadata(400, Optional.of(7), ""),
                        TP1, new OffsetAndMetadata(0, Optional.empty(), "")));
        assertThat(fixture.assignment.find(P0).start())
                .usingRecursiveComparison()
                .ignoringFields("warning") // of the commit, which these tests leave out
                .isEqualTo(new Start(400, 7, StartReason.RESUMED, 0, null));
        assertThat(fixture.assignment.find(P0).log()).isEqualTo(log());
        assertThat(fixture.assignment.find(P1).start().reason()).isEqualTo(StartReason.NEW_PARTITION);
        assertThat(fixture.assignment.hasJoined()).isTrue();
        assertThat(count("intake.partitions.started", "reason", "RESUMED")).isEqualTo(1);
        assertThat(count("intake.partitions.started", "reason", "NEW_PARTITION"))
                .isEqualTo(1);
        assertThat(starts.settle(consumer, List.of(TP0, TP1)))
                .as("nothing left to decide")
                .isEmpty();
    }

    @Test
    void assignmentWhenItBringsNothingStillMakesAMember() {
        starts.assigned(consumer, List.of());

        assertThat(fixture.assignment.hasJoined()).isTrue();
        assertThat(count("intake.rebalances", "type", "assigned")).isZero();
    }

    @Test
    void assignmentWhenTheSinkIsDownDoesNotThrowAndSettlesLater() {
        fixture.sink.fail(SINK_DOWN);

        assertThatCode(() -> starts.assigned(consumer, List.of(TP0, TP1))).doesNotThrowAnyException();

        assertThat(consumer.seeks()).isEmpty();
        assertThat(fixture.assignment.find(P0).start()).isNull();
        assertThatThrownBy(() -> starts.settle(consumer, List.of(TP0))).isSameAs(SINK_DOWN);

        fixture.sink.fail(null);
        fixture.sink.store(P0, new Position(log(), 400, 7));
        assertThat(starts.settle(consumer, List.of(TP0)))
                .as("records at hand are void, they were read from somewhere else")
                .containsExactlyInAnyOrder(P0, P1);
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(400);
        assertThat(starts.settle(consumer, List.of(TP0))).isEmpty();
    }

    @Test
    void assignmentWhenTheClusterIsDownDoesNotThrowAndSettlesLater() {
        fixture.cluster.down(true);

        assertThatCode(() -> starts.assigned(consumer, List.of(TP0))).doesNotThrowAnyException();
        assertThatThrownBy(() -> starts.settle(consumer, List.of(TP0))).isInstanceOf(TimeoutException.class);

        fixture.cluster.down(false);
        assertThat(starts.settle(consumer, List.of(TP0))).containsExactly(P0);
    }

    @Test
    void settlingWhenNothingWasPolledIsTriedEveryTwoSecondsOnly() {
        fixture.sink.fail(SINK_DOWN);
        starts.assigned(consumer, List.of(TP0));
        assertThatThrownBy(() -> starts.settle(consumer, List.of())).isSameAs(SINK_DOWN);
        fixture.sink.fail(null);

        fixture.clock.advance(Duration.ofMillis(1999));
        assertThat(starts.settle(consumer, List.of())).as("not due yet").isEmpty();
        assertThat(consumer.seeks()).isEmpty();

        fixture.clock.advance(Duration.ofMillis(1));
        assertThat(starts.settle(consumer, List.of())).containsExactly(P0);
    }

    @Test
    void settlingWhenRecordsAreAtHandDoesNotWait() {
        fixture.sink.fail(SINK_DOWN);
        starts.assigned(consumer, List.of(TP0));
        assertThatThrownBy(() -> starts.settle(consumer, List.of())).isSameAs(SINK_DOWN);
        fixture.sink.fail(null);

        assertThat(starts.settle(consumer, List.of(TP0))).containsExactly(P0);
    }

    @Test
    void settlingWhenThePartitionIsNotThisConsumersLeavesItAlone() {
        fixture.sink.fail(SINK_DOWN);
        starts.assigned(consumer, List.of(TP0));
        fixture.sink.fail(null);
        FakeConsumer other = new FakeConsumer(TP1);

        assertThat(starts.settle(other, List.of(TP1))).isEmpty();

        assertThat(other.seeks()).isEmpty();
        assertThat(starts.settle(consumer, List.of())).containsExactly(P0);
    }

    @Test
    void partitionWhenWithoutALeaderWaitsAndHoldsUpNoOther() {
        fixture.cluster.leaderless(TOPIC, 1);

        starts.assigned(consumer, List.of(TP0, TP1));

        assertThat(consumer.seeks()).containsOnlyKeys(TP0);
        assertThat(starts.settle(consumer, List.of(TP0))).isEmpty();
        assertThatThrownBy(() -> starts.settle(consumer, List.of(TP0, TP1)))
                .as("records of it must not be processed")
                .isInstanceOf(LeaderNotAvailableException.class);
    }

    @Test
    void partitionWhenGivenUpIsForgottenAndSaidOnce() {
        fixture.sink.fail(SINK_DOWN);
        starts.assigned(consumer, List.of(TP0, TP1));
        fixture.sink.fail(null);

        starts.revoked(consumer, List.of(TP0));
        starts.lost(consumer, List.of(TP0));
        starts.revoked(consumer, List.of(TP0));
        starts.lost(consumer, List.of(TP1));
        starts.lost(consumer, List.of(TP1));

        assertThat(fixture.assignment.partitions()).isEmpty();
        assertThat(types()).containsExactly(EventType.REVOKED, EventType.LOST);
        assertThat(count("intake.rebalances", "type", "revoked")).isEqualTo(1);
        assertThat(count("intake.rebalances", "type", "lost")).isEqualTo(1);
        assertThat(starts.settle(consumer, List.of(TP0, TP1)))
                .as("nothing is undecided any more")
                .isEmpty();
    }

    @Test
    void pinWhenNotCommittedYetIsCommittedAsASeed() {
        fixture.pendingSeeds.pin(P0, new Position(log(), 900, NO_EPOCH));

        starts.assigned(consumer, List.of(TP0));

        String metadata = new CommitMetadata(log(), true).text();
        assertThat(consumer.commits())
                .containsExactly(Map.of(TP0, new OffsetAndMetadata(900, Optional.empty(), metadata)));
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(900);
        assertThat(fixture.assignment.find(P0).start().reason()).isEqualTo(StartReason.FIRST_START);
    }

    @Test
    void pinWhenItsCommitFailsLeavesTheStartUndecided() {
        fixture.pendingSeeds.pin(P0, new Position(log(), 900, NO_EPOCH));
        consumer.failCommits(new TimeoutException("no answer"));

        starts.assigned(consumer, List.of(TP0));
        assertThat(consumer.seeks()).isEmpty();
        assertThat(fixture.assignment.find(P0).start()).isNull();

        assertThat(starts.settle(consumer, List.of(TP0))).containsExactly(P0);
        assertThat(consumer.commits()).hasSize(1);
    }

    @Test
    void seedWhenFoundIsNotCommittedAgain() {
        fixture.cluster.commit(TOPIC, 0, 900, NO_EPOCH, new CommitMetadata(log(), true).text());

        starts.assigned(consumer, List.of(TP0));

        assertThat(consumer.commits()).isEmpty();
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(900);
        assertThat(fixture.assignment.find(P0).committed()).isEqualTo(900);
    }

    @Test
    void retentionWhenItOutranThePositionIsCountedAndSaid() {
        fixture.cluster.log(TOPIC, 0, 650, 1000);
        fixture.sink.store(P0, new Position(log(), 400, 7));

        starts.assigned(consumer, List.of(TP0));

        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(650);
        assertThat(count("intake.records.lost", "cause", "retention")).isEqualTo(250);
        assertThat(types()).contains(EventType.RECORDS_LOST);
    }

    @Test
    void retentionWhenItOutranThePositionIsCountedOnceThoughNothingIsReadBeforeTheNextAssignment() {
        fixture.cluster.log(TOPIC, 0, 650, 650);
        fixture.sink.store(P0, new Position(log(), 400, 7));
        starts.assigned(consumer, List.of(TP0));
        starts.revoked(consumer, List.of(TP0));

        starts.assigned(consumer, List.of(TP0));

        assertThat(count("intake.records.lost", "cause", "retention")).isEqualTo(250);
        assertThat(types()).containsOnlyOnce(EventType.RECORDS_LOST);
        assertThat(fixture.assignment.find(P0).start())
                .usingRecursiveComparison()
                .ignoringFields("warning") // of the commit, which these tests leave out
                .isEqualTo(new Start(650, 7, StartReason.RESUMED, 0, null));
    }

    @Test
    void retentionWhenTheSinkCanNotTakeTheNewPositionIsNotCountedYet() {
        fixture.cluster.log(TOPIC, 0, 650, 1000);
        fixture.sink.store(P0, new Position(log(), 400, 7));
        fixture.sink.failWrites(SINK_DOWN);

        starts.assigned(consumer, List.of(TP0));
        assertThat(count("intake.records.lost", "cause", "retention")).isZero();
        assertThat(consumer.seeks()).isEmpty();

        fixture.sink.failWrites(null);
        assertThat(starts.settle(consumer, List.of(TP0))).containsExactly(P0);
        assertThat(count("intake.records.lost", "cause", "retention")).isEqualTo(250);
    }

    @Test
    void truncationWhenNoEpochTellsWhereTheLogsPartMovesStoreAndGroupBackToTheLogsEnd() {
        Position stored = new Position(log(), 1000, NO_EPOCH);
        fixture.sink.store(P0, stored);
        fixture.cluster.commit(TOPIC, 0, 1000, NO_EPOCH, new CommitMetadata(log(), false).text());
        fixture.cluster.log(TOPIC, 0, 0, 800);

        starts.assigned(consumer, List.of(TP0));

        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(800);
        assertThat(fixture.sink
                        .positions(log().clusterId(), List.of(P0))
                        .get(P0)
                        .nextOffset())
                .as("or the records that follow would be taken for duplicates")
                .isEqualTo(800);
        assertThat(consumer.commits().get(0).get(TP0).offset()).isEqualTo(800);
        assertThat(types()).contains(EventType.TRUNCATED);
    }

    @Test
    void topicWhenCreatedAgainIsReadFromItsStartAndSaidOnce() {
        LogId old = log();
        fixture.sink.store(P0, new Position(old, 400, 7));
        fixture.sink.store(P1, new Position(old, 500, 7));
        starts.assigned(consumer, List.of(TP0, TP1));
        fixture.cluster.create(TOPIC, 2);
        fixture.cluster.log(TOPIC, 0, 0, 1000);

        starts.reconsider(TOPIC);
        Set<PartitionId> moved = starts.settle(consumer, List.of(TP0));

        assertThat(moved).containsExactlyInAnyOrder(P0, P1);
        assertThat(consumer.seeks().get(TP0).offset()).isZero();
        assertThat(consumer.seeks().get(TP0).leaderEpoch()).isEmpty();
        assertThat(fixture.assignment.find(P0).log()).isEqualTo(log()).isNotEqualTo(old);
        assertThat(count("intake.topics.recreated", "topic", TOPIC)).isEqualTo(1);
        assertThat(types()).containsOnlyOnce(EventType.TOPIC_RECREATED);
    }

    private LogId log() {
        return fixture.cluster.logId(TOPIC);
    }

    private List<EventType> types() {
        return fixture.events.snapshot().stream().map(IntakeEvent::type).toList();
    }

    private double count(String name, String tag, String value) {
        return fixture.registry.get(name).tag(tag, value).counter().count();
    }
}
