package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.exposure.intake.consumer.FakeContainer;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.consumer.PollBudget;
import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.deadletter.FakeProducer;
import dev.exposure.intake.decode.ExposureDecoder;
import dev.exposure.intake.decode.FormatProperties;
import dev.exposure.intake.delivery.DeliveryTimer;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.FakeConsumer;
import dev.exposure.intake.testing.TestScheduler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.kafka.event.ListenerContainerIdleEvent;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.unit.DataSize;

/** The listener as the service wires it, on a cluster, a sink, a producer and a consumer that a test controls. */
abstract class ListenerFixture {

    static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    static final PartitionId P0 = new PartitionId(TOPIC, 0);

    final PositionFixture fixture = new PositionFixture();
    final FakeContainer container = new FakeContainer();
    final FakeConsumer consumer = new FakeConsumer(TP0);
    final FakeProducer producer = new FakeProducer();
    final DeadLetterPublisher deadLetters = producer.publisher();
    final Outages outages = new Outages(fixture.events, fixture.clock, fixture.clock::nanoTime);
    final TestScheduler scheduler = new TestScheduler();
    final PauseControl pause = new PauseControl(container.asListenerContainer(), scheduler);
    final DeliveryStep step =
            new DeliveryStep(fixture.sink, new DeliveryTimer(fixture.registry, fixture.sink.type()), outages);
    final PollRetry retry =
            new PollRetry(fixture.starts, fixture.assignment, pause, outages, new ExponentialBackOff(600_000, 2));
    final ClientFailures clients = PollFixture.clientFailures(container, scheduler, retry, outages);
    final OffsetCommitter committer = PollFixture.committer(fixture, clients, outages);
    final OutcomeMeters meters = new OutcomeMeters(fixture.registry);
    final PollDelivery delivery = new PollDelivery(
            deadLetters, fixture.losses, step, fixture.truncations, fixture.assignment, meters, outages);
    final PollStarts pollStarts = new PollStarts(
            PollFixture.alone(fixture),
            fixture.starts,
            fixture.assignment,
            fixture.logs,
            committer,
            deadLetters,
            outages);
    final ExposureListener listener = new ExposureListener(
            new PollReader(
                    new PollBudget(DataSize.ofMegabytes(16)),
                    pollStarts,
                    new PollDecoder(
                            new ExposureDecoder(
                                    new FormatProperties(DataSize.ofMegabytes(1), List.of(), Map.of()), fixture.clock),
                            fixture.assignment),
                    outages),
            delivery,
            committer,
            retry,
            new IdlePartitions(
                    fixture.starts,
                    pollStarts,
                    delivery,
                    committer,
                    outages,
                    fixture.assignment,
                    fixture.clock::nanoTime),
            meters);

    @BeforeEach
    void assignPartition() {
        fixture.cluster.create(TOPIC, 1);
        fixture.cluster.log(TOPIC, 0, 0, 1000);
        fixture.starts.assigned(consumer, List.of(TP0));
        consumer.commits().clear(); // that of the start
        consumer.seeks().clear();
    }

    @AfterEach
    void close() {
        pause.close();
        scheduler.shutdown();
    }

    ListenerContainerIdleEvent idle() {
        return new ListenerContainerIdleEvent(this, container, 0, "id", List.of(TP0), consumer, false);
    }

    /** A good record, a bad one and a good one. */
    static ConsumerRecords<byte[], byte[]> poll(long first) {
        return poll(first, 1);
    }

    static ConsumerRecords<byte[], byte[]> poll(long first, int epoch) {
        return new ConsumerRecords<>(
                Map.of(
                        TP0,
                        List.of(
                                record(first, epoch, Exposures.event("id-" + first, "ad")),
                                record(first + 1, epoch, "{".getBytes(UTF_8)),
                                record(first + 2, epoch, Exposures.event("id-" + (first + 2), "ad")))),
                Map.of());
    }

    static ConsumerRecord<byte[], byte[]> record(long offset, int epoch, byte[] value) {
        return new ConsumerRecord<>(
                TOPIC,
                0,
                offset,
                0,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                null,
                value,
                new RecordHeaders(),
                Optional.of(epoch));
    }

    double count(String name, String tag, String value) {
        return fixture.registry.get(name).tag(tag, value).counter().count();
    }
}
