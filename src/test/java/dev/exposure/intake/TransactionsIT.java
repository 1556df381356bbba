package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Records written in transactions: aborted ones are not counted, and what is no record keeps no lag and no position back. */
@Slow
class TransactionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void recordsWhenAbortedAreNeverCountedAndLagReachesZeroAllTheSame(String protocol) {
        String topic = "committed-" + protocol;
        broker.createTopic(topic, 3);
        Map<String, String> properties = properties(topic, protocol);
        try (KafkaProducer<byte[], byte[]> producer = broker.transactionalProducer(topic)) {
            try (Service service = Service.start(properties)) {
                producer.beginTransaction();
                send(producer, topic, 0, "kept", 0, 20);
                send(producer, topic, 1, "kept", 20, 20);
                producer.commitTransaction();
                producer.beginTransaction();
                send(producer, topic, 1, "aborted", 0, 15);
                send(producer, topic, 2, "aborted", 15, 15);
                producer.abortTransaction();

                awaitEnd(service, topic, 3);
                assertThat(service.counted("kept")).isEqualTo(40);
                assertThat(isUntouched(service, 2)).as("nothing of it was read").isTrue();
            }
            producer.beginTransaction();
            send(producer, topic, 2, "aborted", 30, 5);
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, topic, 2, "kept", 40, 5);
            producer.commitTransaction();

            try (Service service = Service.start(properties)) {
                awaitEnd(service, topic, 3);
                assertThat(service.counted("kept")).isEqualTo(45);
                assertThat(service.counted("aborted")).isZero();
                assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                        .isZero();
                assertThat(lost(service, topic)).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void lagWhenATransactionIsOpenEndsBeforeItAndWhatFollowsWaits(String protocol) {
        String topic = "open-" + protocol;
        broker.createTopic(topic, 1);
        try (Service service = Service.start(properties(topic, protocol));
                KafkaProducer<byte[], byte[]> producer = broker.transactionalProducer(topic)) {
            broker.write(topic, 0, Exposures.events("before", 0, 10));
            producer.beginTransaction();
            send(producer, topic, 0, "within", 0, 10);
            broker.write(topic, 0, Exposures.events("after", 0, 10));

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(broker.committed(topic, topic, 0)).isEqualTo(10));
            await().atMost(PATIENCE).untilAsserted(() -> {
                JsonNode lag = service.actuator("lag").get("partitions").path(0);
                assertThat(lag.path("logEnd").asLong(-1)).isEqualTo(10);
                assertThat(lag.path("lag").asLong(-1)).isZero();
            });
            assertThat(service.counted("after")).isZero();

            producer.commitTransaction();
            awaitEnd(service, topic, 1);
            assertThat(service.counted("before")).isEqualTo(10);
            assertThat(service.counted("within")).isEqualTo(10);
            assertThat(service.counted("after")).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void lagWhenUncommittedRecordsAreReadReachesZeroBeyondTheMarkers(String protocol) {
        String topic = "uncommitted-" + protocol;
        broker.createTopic(topic, 2);
        Map<String, String> properties = properties(topic, protocol);
        properties.put("spring.kafka.consumer.isolation-level", "read_uncommitted");
        try (Service service = Service.start(properties);
                KafkaProducer<byte[], byte[]> producer = broker.transactionalProducer(topic)) {
            producer.beginTransaction();
            send(producer, topic, 0, "ad", 0, 10);
            send(producer, topic, 1, "ad", 10, 10);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(20));
            awaitLag(service, 0);

            // The marker comes alone.
            producer.abortTransaction();
            awaitEnd(service, topic, 2);
            assertThat(broker.end(topic, 0)).isEqualTo(11);
            assertThat(service.counted("ad")).isEqualTo(20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void partitionWithoutRecordsWhenItsSiblingIsBusyDoesNotWaitForAQuietMoment(String protocol) throws Exception {
        String topic = "busy-" + protocol;
        broker.createTopic(topic, 2);
        Map<String, String> properties = properties(topic, protocol);
        // An idle event never comes: what is seen here happens beside polls that bring records.
        properties.put("spring.kafka.listener.idle-event-interval", "1h");
        AtomicBoolean busy = new AtomicBoolean(true);
        try (Service service = Service.start(properties);
                KafkaProducer<byte[], byte[]> plain = broker.producer();
                KafkaProducer<byte[], byte[]> producer = broker.transactionalProducer(topic)) {
            Thread writer = new Thread(() -> {
                while (busy.get()) {
                    plain.send(new ProducerRecord<>(topic, 0, null, Exposures.event("id", "busy")));
                    plain.flush();
                }
            });
            writer.start();
            try {
                producer.beginTransaction();
                send(producer, topic, 1, "aborted", 0, 10);
                producer.abortTransaction();

                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(broker.committed(topic, topic, 1)).isEqualTo(11));
            } finally {
                busy.set(false);
                writer.join();
            }
            assertThat(service.counted("aborted")).isZero();
        }
    }

    private Map<String, String> properties(String topic, String protocol) {
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        return properties;
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, int partition, String ad, int first, int count) {
        List<byte[]> events = Exposures.events(ad, first, count);
        events.forEach(event -> producer.send(new ProducerRecord<>(topic, partition, null, event)));
        producer.flush();
    }

    /** Waits until all of the topic is stored and committed, to the last marker, and no lag is shown. */
    private static void awaitEnd(Service service, String topic, int partitions) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (int partition = 0; partition < partitions; partition++) {
                assertThat(broker.committed(topic, topic, partition)).isEqualTo(broker.end(topic, partition));
            }
        });
        awaitLag(service, 0);
        assertThat(service.actuator("assignment").get("partitions").valueStream())
                .allSatisfy(partition -> assertThat(partition.get("position").asLong())
                        .isEqualTo(broker.end(topic, partition.get("partition").asInt())));
    }

    private static void awaitLag(Service service, long lag) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(service.actuator("lag").get("totalLag").asLong(-1))
                                .isEqualTo(lag));
    }

    private static boolean isUntouched(Service service, int partition) {
        JsonNode owned = service.actuator("assignment").get("partitions").get(partition);
        return owned.path("firstRecordAt").isMissingNode()
                || owned.get("firstRecordAt").isNull();
    }

    private static double lost(Service service, String topic) {
        return service.metric("intake_records_lost_total{cause=\"retention\",topic=\"" + topic + "\"}");
    }
}
