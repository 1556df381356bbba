package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.consumer.FakeContainer;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.position.StartReason;
import dev.exposure.intake.testing.FakeConsumer;
import dev.exposure.intake.testing.TestScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.ExponentialBackOff;

/** A poll that failed goes back to where it began, for the partitions that are still to be read from there. */
class PollRetryTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition TP1 = new TopicPartition(TOPIC, 1);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final PositionFixture fixture = new PositionFixture();
    private final FakeContainer container = new FakeContainer();
    private final TestScheduler scheduler = new TestScheduler();
    private final PauseControl pause = new PauseControl(container.asListenerContainer(), scheduler);

    @AfterEach
    void close() {
        pause.close();
        scheduler.shutdown();
    }

    @Test
    void partitionsWhenThePollFailedGoBackToItsFirstRecords() {
        FakeConsumer consumer = new FakeConsumer(TP0, TP1);

        retry(LONG, LONG).later(poll(), Set.of(), consumer);

        assertThat(consumer.seeks())
                .isEqualTo(Map.of(
                        TP0, new OffsetAndMetadata(10, Optional.of(3), ""),
                        TP1, new OffsetAndMetadata(70, Optional.of(4), "")));
        assertThat(container.isPartitionPauseRequested(TP0)).isTrue();
        assertThat(fixture.starts.isUndecided(List.of(TP0, TP1))).isFalse();
    }

    @Test
    void partitionsWhenTheirLogMayBeAnotherHaveTheirStartDecidedAgain() {
        FakeConsumer consumer = new FakeConsumer(TP0, TP1);
        LogId log = new LogId("cluster", "topic-id");
        fixture.own(new PartitionId(TOPIC, 0), log, 10, StartReason.RESUMED);
        fixture.own(new PartitionId(TOPIC, 1), log, 70, StartReason.RESUMED);

        retry(LONG, LONG).laterFromTheStart(poll(), Set.of(), consumer);

        assertThat(consumer.seeks())
                .as("an epoch of the old log must not be taken for one of the new")
                .isEqualTo(Map.of(
                        TP0, new OffsetAndMetadata(10),
                        TP1, new OffsetAndMetadata(70)));
        assertThat(container.isPartitionPauseRequested(TP0)).isTrue();
        assertThat(fixture.starts.isUndecided(List.of(TP0))).isTrue();
        assertThat(fixture.starts.isUndecided(List.of(TP1))).isTrue();
    }

    @Test
    void partitionWhenMovedToItsStartSinceThePollStaysThere() {
        FakeConsumer consumer = new FakeConsumer(TP0, TP1);

        retry(LONG, LONG).later(poll(), Set.of(new PartitionId(TOPIC, 0)), consumer);

        assertThat(consumer.seeks()).containsOnlyKeys(TP1);
    }

    @Test
    void partitionWhenNoLongerAssignedIsLeftAlone() {
        FakeConsumer consumer = new FakeConsumer(TP1);

        retry(LONG, LONG).later(poll(), Set.of(), consumer);

        assertThat(consumer.seeks()).containsOnlyKeys(TP1);
    }

    @Test
    void partitionsWhenTheDelayIsOverAreResumed() {
        retry(Duration.ofMillis(20), Duration.ofMillis(20)).later(poll(), Set.of(), new FakeConsumer(TP0, TP1));

        await().until(() -> !container.isPartitionPauseRequested(TP0));
    }

    @Test
    void delayWhenFailuresFollowEachOtherGrowsUntilAPollSucceeds() {
        PollRetry retry = retry(Duration.ofMillis(20), LONG);
        FakeConsumer consumer = new FakeConsumer(TP0);

        retry.later(poll(), Set.of(), consumer);
        await().until(() -> !container.isPartitionPauseRequested(TP0));
        retry.later(poll(), Set.of(), consumer);
        await().during(Duration.ofMillis(300)).until(() -> container.isPartitionPauseRequested(TP0));

        retry.succeeded();
        retry.later(poll(), Set.of(), new FakeConsumer(TP1));
        await().until(() -> !container.isPartitionPauseRequested(TP1));
    }

    @Test
    void delayOfOneThreadIsNotResetByTheSuccessOfAnother() throws Exception {
        PollRetry retry = retry(Duration.ofMillis(20), LONG);
        retry.later(poll(), Set.of(), new FakeConsumer(TP0));
        await().until(() -> !container.isPartitionPauseRequested(TP0));

        Thread other = new Thread(retry::succeeded);
        other.start();
        other.join();
        retry.later(poll(), Set.of(), new FakeConsumer(TP0));

        await().during(Duration.ofMillis(300)).until(() -> container.isPartitionPauseRequested(TP0));
    }

    @Test
    void delayIsNotResetWhenTheRecordsOfAnotherPartitionGetThrough() {
        Outages outages = new Outages(fixture.events, fixture.clock);
        PollRetry retry =
                new PollRetry(fixture.starts, fixture.assignment, pause, outages, new ExponentialBackOff(20, 1_000));
        outages.begin(Set.of(Partitions.id(TP0)));
        outages.note(Outage.Stage.PROCESSOR, new IllegalStateException("refused"));
        Duration first = retry.nextDelay();

        outages.begin(Set.of(Partitions.id(TP1)));
        retry.succeeded();
        assertThat(retry.nextDelay()).isGreaterThan(first);

        outages.begin(Set.of(Partitions.id(TP0)));
        outages.works(Outage.Stage.PROCESSOR);
        retry.succeeded();
        assertThat(retry.nextDelay()).isEqualTo(first);
    }

    @Test
    void partitionsOfAnotherConsumerGoOn() {
        retry(LONG, LONG).later(poll(), Set.of(), new FakeConsumer(TP0));

        assertThat(container.isPartitionPauseRequested(TP0)).isTrue();
        assertThat(container.isPartitionPauseRequested(TP1)).isFalse();
    }

    /** Waits the first time that long, and from the second time on the longest. */
    private PollRetry retry(Duration first, Duration longest) {
        ExponentialBackOff backOff = new ExponentialBackOff(first.toMillis(), 1_000_000);
        backOff.setMaxInterval(longest.toMillis());
        return new PollRetry(
                fixture.starts, fixture.assignment, pause, new Outages(fixture.events, fixture.clock), backOff);
    }

    private static ConsumerRecords<byte[], byte[]> poll() {
        return new ConsumerRecords<>(
                Map.of(
                        TP0, List.of(record(TP0, 10, 3), record(TP0, 11, 5)),
                        TP1, List.of(record(TP1, 70, 4))),
                Map.of());
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset, int epoch) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                null,
                new byte[] {1},
                new RecordHeaders(),
                Optional.of(epoch));
    }
}
