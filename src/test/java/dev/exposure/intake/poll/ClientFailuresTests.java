package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.consumer.ContainerRestart;
import dev.exposure.intake.consumer.FakeContainer;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.position.StartReason;
import dev.exposure.intake.testing.FakeConsumer;
import dev.exposure.intake.testing.MutableClock;
import dev.exposure.intake.testing.TestScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/** What fails outside of the listener is said sparingly, without content, and nothing is discarded. */
@ExtendWith(OutputCaptureExtension.class)
class ClientFailuresTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);

    private final PositionFixture fixture = new PositionFixture();
    private final MutableClock clock = fixture.clock;
    private final FakeContainer container = new FakeContainer();
    private final FakeConsumer consumer = new FakeConsumer(TP0);
    private final TestScheduler scheduler = new TestScheduler();
    private final PauseControl pause = new PauseControl(container.asListenerContainer(), scheduler);
    private final Outages outages = new Outages(new EventLog(clock), clock, clock::nanoTime);
    private final PollRetry retry =
            new PollRetry(fixture.starts, fixture.assignment, pause, outages, new ExponentialBackOff(600_000, 2));
    private final ContainerRestart restart =
            new ContainerRestart(container.asListenerContainer(), scheduler, outages, new ExponentialBackOff(5, 2));
    private final ClientFailures failures = clientFailures(retry, GroupProtocol.CLASSIC);
    private final CommonErrorHandler handler = failures.errorHandler();

    @AfterEach
    void close() {
        pause.close();
        scheduler.shutdown();
    }

    @Test
    void pollWhenItFailsIsSaidAtMostOnceIn10Minutes(CapturedOutput output) {
        for (int step = 0; step < 130; step++) {
            handler.handleOtherException(
                    new SaslAuthenticationException("Invalid username or password"), consumer, container, true);
            clock.advance(Duration.ofSeconds(10));
        }

        assertThat(lines(output, "Outages"))
                .as("at 0 s, 600 s and 1200 s")
                .hasSize(3)
                .allSatisfy(line ->
                        assertThat(line).contains("WARN", "SaslAuthenticationException: Invalid username or password"));
    }

    @Test
    void recordsWhenTheyReachedNobodyBeforeAFailureAreReadAgain() {
        PartitionId p0 = new PartitionId(TOPIC, 0);
        fixture.own(p0, new LogId("cluster", "topic-id"), 40, StartReason.RESUMED);
        consumer.updateBeginningOffsets(Map.of(TP0, 0L));
        consumer.seek(TP0, 70);

        handler.handleOtherException(new IllegalStateException("in between"), consumer, container, true);

        assertThat(consumer.position(TP0)).isEqualTo(40);

        consumer.seek(TP0, 30);
        handler.handleOtherException(new IllegalStateException("in between"), consumer, container, true);
        assertThat(consumer.position(TP0)).as("the log was cut").isEqualTo(30);
    }

    @Test
    void pollWhenAPartitionCantBeReadRestsThisPartitionOnly() {
        TopicPartition dashed = new TopicPartition("ad-exposure-2", 13);
        handler.handleOtherException(
                new KafkaException("Received exception when fetching the next record from " + dashed
                        + ". If needed, please seek past the record to continue consumption."),
                consumer,
                container,
                true);

        assertThat(container.isPartitionPauseRequested(TP0)).isFalse();
        assertThat(container.isPartitionPauseRequested(dashed)).isTrue();
    }

    @Test
    void pollWhenItCouldNotBeHandedOverIsReadAgain(CapturedOutput output) {
        ConsumerRecords<byte[], byte[]> records = new ConsumerRecords<>(
                Map.of(TP0, List.of(new ConsumerRecord<>(TOPIC, 0, 40, null, new byte[] {1}))), Map.of());

        handler.handleBatch(new IllegalStateException("content: secret"), records, consumer, container, () -> {});

        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(40);
        assertThat(container.isPartitionPauseRequested(TP0)).isTrue();
        assertThat(lines(output, "Outages"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("Taking a poll further fails", "IllegalStateException")
                        .doesNotContain("secret"));
        assertThat(handler.isAckAfterHandle()).as("nothing is committed for it").isFalse();
    }

    @Test
    void pollsThatFailWaitLongerAndLonger() {
        PollRetry slow =
                new PollRetry(fixture.starts, fixture.assignment, pause, outages, new ExponentialBackOff(100, 10));
        CommonErrorHandler waiting = clientFailures(slow, GroupProtocol.CLASSIC).errorHandler();
        container.start();
        long begin = System.nanoTime();
        waiting.handleOtherException(new KafkaException("no"), consumer, container, true);
        waiting.handleOtherException(new KafkaException("no"), consumer, container, true);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(1));
        assertThat(container.isPartitionPauseRequested(TP0))
                .as("it polls not at all")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                FencedInstanceIdException.class,
                UnreleasedInstanceIdException.class,
                GroupMaxSizeReachedException.class,
                InvalidRequestException.class,
                InvalidRegularExpression.class,
                UnsupportedAssignorException.class,
                UnsupportedVersionException.class
            })
    void clientThatCanDoNothingMoreIsReplaced(Class<? extends KafkaException> type) throws Exception {
        container.start();
        CommonErrorHandler quick =
                clientFailures(quickRetry(), GroupProtocol.CLASSIC).errorHandler();
        quick.handleOtherException(type.getConstructor(String.class).newInstance("no"), consumer, container, true);

        await().until(() -> container.starts() == 2 && !restart.isPending());
        assertThat(outages.current()).as("until it has proven that it works").hasSize(1);

        failures.proven();
        assertThat(outages.current()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void clientOfTheBrokerDrivenProtocolThatHasLostItsPartitionsIsReplaced(GroupProtocol protocol) {
        container.start();
        CommonErrorHandler quick = clientFailures(quickRetry(), protocol).errorHandler();
        PartitionId p0 = new PartitionId(TOPIC, 0);
        fixture.own(p0, new LogId("cluster", "topic-id"), 40, StartReason.RESUMED);
        consumer.updateBeginningOffsets(Map.of(TP0, 0L));
        quick.handleOtherException(new UnknownServerException("no"), consumer, container, true);
        assertThat(restart.isPending()).as("it still has a partition").isFalse();

        fixture.remove(p0);
        quick.handleOtherException(new UnknownServerException("no"), consumer, container, true);

        boolean replaced = protocol == GroupProtocol.CONSUMER;
        await().until(() -> container.starts() == (replaced ? 2 : 1) && !restart.isPending());
        assertThat(outages.current()).as("until it has proven that it works").hasSize(1);
    }

    private ClientFailures clientFailures(PollRetry pollRetry, GroupProtocol protocol) {
        return new ClientFailures(
                container.asListenerContainer(), pollRetry, outages, restart, fixture.assignment, protocol);
    }

    private PollRetry quickRetry() {
        return new PollRetry(fixture.starts, fixture.assignment, pause, outages, new ExponentialBackOff(5, 2));
    }

    @Test
    void consumerThatStoppedByItselfIsReplacedAndOneThatWasStoppedIsNot() {
        container.start();
        failures.stopped(new ConsumerStoppedEvent(this, container, ConsumerStoppedEvent.Reason.NORMAL));
        failures.stopped(new ConsumerStoppedEvent(this, container, ConsumerStoppedEvent.Reason.ERROR));
        failures.stopped(new ConsumerStoppedEvent(this, new FakeContainer(), ConsumerStoppedEvent.Reason.FENCED));
        assertThat(restart.isPending()).isFalse();

        failures.stopped(new ConsumerStoppedEvent(this, container, ConsumerStoppedEvent.Reason.FENCED));
        await().until(() -> container.starts() == 2 && !restart.isPending());
        assertThat(outages.current())
                .singleElement()
                .satisfies(outage -> assertThat(outage.reason()).contains("group.instance.id"));
    }

    @Test
    void containerThatCanNotBeStartedAgainIsTriedUntilItCan() {
        container.start();
        container.failStart(new KafkaException("no bootstrap name can be resolved"));
        failures.stopped(new ConsumerStoppedEvent(this, container, ConsumerStoppedEvent.Reason.ABNORMAL));

        await().until(() -> container.starts() == 3 && !restart.isPending());
        failures.proven();
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void containerIsNotStartedAgainWhileTheApplicationStops() {
        container.start();
        restart.close();
        restart.request();

        assertThat(restart.isPending()).isFalse();
    }

    @Test
    void memberWithoutPartitionsWorksWhenNothingHasFailedForAWhile() {
        outages.note(Outage.Stage.POLL, new KafkaException("no"));
        clock.advance(Duration.ofSeconds(29));
        failures.isMember();
        assertThat(outages.current()).hasSize(1);

        clock.advance(Duration.ofSeconds(1));
        failures.isMember();
        assertThat(outages.current()).isEmpty();
    }

    private static List<String> lines(CapturedOutput output, String logger) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("." + logger + " "))
                .toList();
    }
}
