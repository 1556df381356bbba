package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.consumer.FakeContainer;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.deadletter.FakeProducer;
import dev.exposure.intake.delivery.DeliveryTimer;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.testing.FakeConsumer;
import dev.exposure.intake.testing.TestScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.backoff.ExponentialBackOff;

/** A position that moves without a record is stored, then committed, and one that stays is committed anew in time. */
class IdlePartitionsTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition TP1 = new TopicPartition(TOPIC, 1);
    private static final PartitionId P0 = new PartitionId(TOPIC, 0);
    private static final PartitionId P1 = new PartitionId(TOPIC, 1);

    private final PositionFixture fixture = new PositionFixture();
    private final FakeConsumer consumer = new FakeConsumer(TP0, TP1);
    private final Outages outages = new Outages(fixture.events, fixture.clock, fixture.clock::nanoTime);
    private final FakeContainer container = new FakeContainer();
    private final TestScheduler scheduler = new TestScheduler();
    private final PollRetry retry = new PollRetry(
            fixture.starts,
            fixture.assignment,
            new PauseControl(container.asListenerContainer(), scheduler),
            outages,
            new ExponentialBackOff(600_000, 2));
    private final OffsetCommitter committer =
            PollFixture.committer(fixture, PollFixture.clientFailures(container, scheduler, retry, outages), outages);
    private final DeliveryStep step =
            new DeliveryStep(fixture.sink, new DeliveryTimer(fixture.registry, fixture.sink.type()), outages);
    private final List<List<PositionChange>> stored = fixture.sink.changes();
    private final PollStarts pollStarts = new PollStarts(
            PollFixture.alone(fixture),
            fixture.starts,
            fixture.assignment,
            fixture.logs,
            committer,
            new FakeProducer().publisher(),
            outages);
    private final PollDelivery delivery = new PollDelivery(
            new FakeProducer().publisher(),
            fixture.losses,
            step,
            fixture.truncations,
            fixture.assignment,
            new OutcomeMeters(fixture.registry),
            outages);
    private final IdlePartitions idle = new IdlePartitions(
            fixture.starts, pollStarts, delivery, committer, outages, fixture.assignment, fixture.clock::nanoTime);
    private LogId log = new LogId("", "");
    private String metadata = "";

    /** Two partitions that start at 40, after a record of epoch 7, and that have been committed. */
    @BeforeEach
    void assignPartitions() {
        fixture.cluster.create(TOPIC, 2);
        fixture.cluster.log(TOPIC, 0, 0, 1000);
        fixture.cluster.log(TOPIC, 1, 0, 1000);
        log = fixture.cluster.logId(TOPIC);
        metadata = new CommitMetadata(log, false).text();
        fixture.sink.store(P0, new Position(log, 40, 7));
        fixture.sink.store(P1, new Position(log, 40, 7));
        fixture.starts.assigned(consumer, List.of(TP0, TP1));
        idle.look(consumer);
        consumer.commits().clear();
        stored.clear();
    }

    @Test
    void positionWhenItMovesWithoutARecordIsStoredThenCommittedWithTheLastEpoch() {
        consumer.seek(TP0, 55);

        lookLater();

        assertThat(stored).containsExactly(List.of(PositionChange.forward(P0, new Position(log, 55, 7), 40)));
        assertThat(consumer.commits())
                .containsExactly(Map.of(TP0, new OffsetAndMetadata(55, Optional.of(7), metadata)));
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(55);
        assertThat(fixture.assignment.find(P0).committed()).isEqualTo(55);
        assertThat(fixture.assignment.find(P0).firstRecordAt()).isNull();
        assertThat(lost()).isZero();

        lookLater();
        assertThat(stored).as("once").hasSize(1);
    }

    @Test
    void positionWhenRetentionMovedItIsALossCountedOnce() {
        fixture.cluster.log(TOPIC, 0, 100, 100);
        consumer.seek(TP0, 100);
        consumer.seek(TP1, 50);

        lookLater();
        lookLater();

        assertThat(lost()).isEqualTo(60);
        assertThat(fixture.events.snapshot())
                .filteredOn(event -> event.type() == EventType.RECORDS_LOST)
                .extracting(IntakeEvent::detail)
                .containsExactly("60 records from offset 40 on were deleted by Kafka before they were read");
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(100);
        assertThat(fixture.assignment.find(P1).position()).isEqualTo(50);
    }

    @Test
    void lossWhenItCanNotBeStoredIsNotCountedUntilItIs() {
        fixture.cluster.log(TOPIC, 0, 100, 100);
        consumer.seek(TP0, 100);
        fixture.sink.failWrites(new IllegalStateException("down"));

        lookLater();

        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.SINK);
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(40);
        assertThat(consumer.commits()).isEmpty();
        assertThat(lost()).isZero();

        fixture.sink.failWrites(null);
        fixture.clock.advance(Duration.ofSeconds(4));
        lookLater();
        assertThat(lost()).isEqualTo(60);
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void moveWhenTheClusterDoesNotAnswerIsNotStoredUntilItDoes() {
        consumer.seek(TP0, 55);
        fixture.cluster.down(true);

        lookLater();
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POSITIONS);
        assertThat(stored).isEmpty();
        lookLater();
        assertThat(outages.current().get(0).attempts()).as("not hammered at").isEqualTo(1);

        fixture.cluster.down(false);
        fixture.clock.advance(Duration.ofSeconds(3));
        lookLater();
        assertThat(stored).hasSize(1);
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void outageWhenItsPartitionIsGoneIsOver() {
        consumer.seek(TP0, 55);
        fixture.sink.failWrites(new IllegalStateException("down"));
        lookLater();
        fixture.starts.revoked(consumer, List.of(TP0));

        fixture.clock.advance(Duration.ofSeconds(4));
        lookLater();

        assertThat(outages.current()).isEmpty();
    }

    @Test
    void positionWhenBelowTheProcessedOneIsLeftAlone() {
        consumer.seek(TP0, 30); // truncated: its records come again

        fixture.clock.advance(Duration.ofHours(25));
        idle.look(consumer);

        assertThat(stored).isEmpty();
        assertThat(consumer.commits())
                .singleElement()
                .satisfies(commit -> assertThat(commit).containsOnlyKeys(TP1));
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(40);
    }

    @Test
    void positionWhenTheStartIsNotDecidedIsLeftAlone() {
        fixture.starts.reconsider(List.of(P0));
        consumer.seek(TP0, 55);

        lookLater();

        assertThat(stored).isEmpty();
        assertThat(consumer.commits()).isEmpty();
    }

    @Test
    void positionWhenTheTopicWasCreatedAgainIsNotStoredForTheOldLog() {
        fixture.cluster.create(TOPIC, 2);
        consumer.seek(TP0, 55);

        lookLater();

        assertThat(stored)
                .as("its start in the new log")
                .containsExactly(List.of(PositionChange.start(
                        P0,
                        new Position(fixture.cluster.logId(TOPIC), 0, Position.NO_EPOCH),
                        new Position(log, 40, 7))));
        assertThat(fixture.assignment.find(P0).log()).isEqualTo(fixture.cluster.logId(TOPIC));
        assertThat(consumer.seeks().get(TP0).offset()).isZero();
    }

    @Test
    void positionWhenTheStoredOneIsOfAnotherLogHasItsStartDecidedAgain() {
        consumer.seek(TP0, 55);
        fixture.sink.failWrites(new OtherLogException(P0));

        lookLater();

        assertThat(fixture.starts.isUndecided(List.of(TP0))).isTrue();
        assertThat(fixture.starts.isUndecided(List.of(TP1))).isFalse();
    }

    @Test
    void positionWhenTheClientIsLookingForItDoesNotKeepTheOthersWaiting() {
        consumer.failPosition(TP0, new TimeoutException("not known yet"));
        consumer.seek(TP1, 50);

        lookLater();

        assertThat(fixture.assignment.find(P1).position()).isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(classes = {WakeupException.class, IllegalStateException.class})
    void failureWhenUnexpectedIsNotThrown(Class<? extends RuntimeException> type) throws Exception {
        consumer.failPosition(TP0, type.getConstructor().newInstance());

        assertThatCode(this::lookLater).doesNotThrowAnyException();
    }

    @Test
    void lookWithinASecondOfTheLastDoesNothing() {
        consumer.seek(TP0, 55);
        fixture.clock.advance(Duration.ofMillis(999));
        idle.look(consumer);
        assertThat(stored).isEmpty();

        fixture.clock.advance(Duration.ofMillis(1));
        idle.look(consumer);
        assertThat(stored).hasSize(1);
    }

    @Test
    void commitWhenADayOldIsMadeAnew() {
        fixture.clock.advance(Duration.ofHours(24).minusSeconds(1));
        idle.look(consumer);
        assertThat(consumer.commits()).isEmpty();

        lookLater();
        lookLater();

        OffsetAndMetadata same = new OffsetAndMetadata(40, Optional.of(7), metadata);
        assertThat(consumer.commits()).containsExactly(Map.of(TP0, same, TP1, same));
        assertThat(stored).as("nothing to store").isEmpty();
    }

    @Test
    void commitWhenThePartitionWasJustAssignedIsMadeAnewWhoeverMadeTheOldOne() {
        fixture.starts.revoked(consumer, List.of(TP0));
        committer.forget(TP0);
        fixture.cluster.commit(TOPIC, 0, 12, 3, "moved by a tool");
        fixture.starts.assigned(consumer, List.of(TP0));

        lookLater();
        lookLater();

        assertThat(consumer.commits())
                .containsExactly(Map.of(TP0, new OffsetAndMetadata(40, Optional.of(7), metadata)));
    }

    @AfterEach
    void close() {
        scheduler.shutdown();
    }

    private void lookLater() {
        fixture.clock.advance(Duration.ofSeconds(1));
        idle.look(consumer);
    }

    private double lost() {
        return fixture.registry
                .get("intake.records.lost")
                .tag("cause", "retention")
                .counter()
                .count();
    }

    @Test
    void partitionOfWhichNobodyWasToldIsTakenByTheSecondLook() {
        fixture.starts.revoked(
                consumer, List.of(TP0)); // and assigned again, by a callback that failed before it came here

        lookLater();
        assertThat(fixture.assignment.find(P0))
                .as("a rebalance may be about to tell")
                .isNull();
        lookLater();

        assertThat(fixture.assignment.find(P0).position()).isEqualTo(40);
    }
}
