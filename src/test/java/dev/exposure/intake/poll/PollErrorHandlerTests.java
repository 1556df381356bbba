package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.outage.EventLog;
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
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.backoff.ExponentialBackOff;

/** What fails outside of the listener is said sparingly, without content, and nothing is discarded. */
@ExtendWith(OutputCaptureExtension.class)
class PollErrorHandlerTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);

    private final PositionFixture fixture = new PositionFixture();
    private final MutableClock clock = fixture.clock;
    private final FakeContainer container = new FakeContainer();
    private final FakeConsumer consumer = new FakeConsumer(TP0);
    private final TestScheduler scheduler = new TestScheduler();
    private final PauseControl pause = new PauseControl(container.asListenerContainer(), scheduler);
    private final Outages outages = new Outages(new EventLog(clock), clock, clock::nanoTime);
    private final PollErrorHandler handler = new PollErrorHandler(
            new PollRetry(fixture.starts, fixture.assignment, pause, new ExponentialBackOff(600_000, 2)), outages);

    @AfterEach
    void close() {
        pause.close();
        scheduler.shutdown();
    }

    @Test
    void pollWhenItFailsIsSaidAtMostOnceIn10Minutes(CapturedOutput output) {
        for (int second = 0; second < 1300; second++) {
            handler.handleOtherException(
                    new SaslAuthenticationException("Invalid username or password"), consumer, container, true);
            clock.advance(Duration.ofSeconds(1));
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
        assertThat(lines(output, "PollErrorHandler"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("read again", "IllegalStateException")
                        .doesNotContain("secret"));
        assertThat(handler.isAckAfterHandle()).as("nothing is committed for it").isFalse();
    }

    private static List<String> lines(CapturedOutput output, String logger) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("." + logger + " "))
                .toList();
    }
}
