package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.RestartIT.SinkWrapper;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

/** Promise 4: what Kafka deleted before it was read is counted exactly, once, and said. */
@Slow
class RetentionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicBoolean FAILING = new AtomicBoolean();
    private static final AtomicReference<Consumer<PartitionRecords<Exposure>>> ON_WRITE =
            new AtomicReference<>(records -> {});
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @AfterEach
    void letTheSinkWork() {
        FAILING.set(false);
        ON_WRITE.set(records -> {});
    }

    @Test
    void recordsDeletedWhileTheServiceIsStoppedAreCountedAsLostExactlyAndTheRestCounted() {
        broker.createTopic("expired", 2);
        Map<String, String> properties = Service.properties(broker, "expired", directory);
        try (Service service = Service.start(properties)) {
            broker.write("expired", 0, Exposures.events("ad", 0, 40));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(40));
        }
        broker.write("expired", 0, Exposures.events("ad", 40, 60));
        broker.write("expired", 1, Exposures.events("ad", 100, 10));
        broker.deleteRecords("expired", 0, 77);
        broker.deleteRecords("expired", 1, 4);

        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(40 + 23 + 6));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lost(service, "expired")).isEqualTo(37 + 4));
            assertThat(service.events("RECORDS_LOST")).isEqualTo(2);
            JsonNode partition =
                    service.actuator("assignment").get("partitions").get(0);
            assertThat(partition.get("startReason").asString()).isEqualTo("LOST_TO_RETENTION");
            assertThat(partition.get("startOffset").asLong()).isEqualTo(77);
            assertThat(service.metric("intake_partitions_started_total{reason=\"LOST_TO_RETENTION\"}"))
                    .isEqualTo(2);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(broker.committed("expired", "expired", 0))
                            .isEqualTo(100));
        }
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
            assertThat(lost(service, "expired")).as("once for good").isZero();
        }
    }

    @Test
    void recordsWhenAllAreDeletedAreCountedAsLostOnceThoughNoneFollows() {
        broker.createTopic("emptied", 1);
        broker.write("emptied", 0, Exposures.events("ad", 0, 20));
        Map<String, String> properties = Service.properties(broker, "emptied", directory);
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(20));
        }
        broker.write("emptied", 0, Exposures.events("ad", 20, 13));
        broker.deleteRecords("emptied", 0, 33);

        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lost(service, "emptied")).isEqualTo(13));
        }
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE).until(() -> startReason(service).equals("RESUMED"));
            assertThat(lost(service, "emptied")).as("once for good").isZero();
            broker.write("emptied", 0, Exposures.events("ad", 33, 7));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(27));
            assertThat(lost(service, "emptied")).isZero();
        }
    }

    @Test
    void recordsDeletedWhileTheServiceRunsAreCountedAsLostExactlyAndTheRestCounted() {
        broker.createTopic("running", 1);
        try (Service service = Service.start(Service.properties(broker, "running", directory), FailsWhenTold.class)) {
            broker.write("running", 0, Exposures.events("ad", 0, 40));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(40));
            FAILING.set(true);
            broker.write("running", 0, Exposures.events("ad", 40, 60));
            await().atMost(PATIENCE).until(() -> service.state().equals("RETRYING"));
            broker.deleteRecords("running", 0, 77);
            FAILING.set(false);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.state()).isEqualTo("RUNNING"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(broker.committed("running", "running", 0))
                            .isEqualTo(100));
            // Records that were fetched already are counted although they are gone by now.
            double lost = lost(service, "running");
            assertThat(service.counted("ad") + lost).isEqualTo(100);
            assertThat(service.events("RECORDS_LOST")).isEqualTo(lost > 0 ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void recordsDeletedWhileTheServiceRunsAreCountedAsLostExactlyOnceThoughNothingIsLeftOfOneLog(String protocol) {
        String topic = "cut-" + protocol;
        broker.createTopic(topic, 2);
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        try (Service service = Service.start(properties, FailsWhenTold.class)) {
            broker.write(topic, 0, Exposures.events("ad", 0, 40));
            broker.write(topic, 1, Exposures.events("ad", 40, 40));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(80));
            FAILING.set(true);
            broker.write(topic, 0, Exposures.events("ad", 80, 60));
            broker.write(topic, 1, Exposures.events("ad", 140, 60));
            // While a write that holds all of a partition fails: the client keeps nothing of it then.
            Set<Integer> cut = new HashSet<>();
            ON_WRITE.set(records -> {
                if (records.nextOffset() == 100 && records.size() > 0) {
                    int partition = records.partition().partition();
                    broker.deleteRecords(topic, partition, partition == 0 ? 100 : 77);
                    cut.add(partition);
                    FAILING.set(cut.size() < 2);
                }
            });

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(lost(service, topic)).isEqualTo(60 + 37);
                assertThat(broker.committed(topic, topic, 0)).isEqualTo(100);
                assertThat(broker.committed(topic, topic, 1)).isEqualTo(100);
            });
            assertThat(service.counted("ad")).isEqualTo(80 + 23);
            assertThat(service.events("RECORDS_LOST")).isEqualTo(2);
            assertThat(service.state()).isEqualTo("RUNNING");
        }
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE).until(() -> startReason(service).equals("RESUMED"));
            broker.write(topic, 0, Exposures.events("ad", 200, 7));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(80 + 23 + 7));
            assertThat(lost(service, topic)).as("once for good").isZero();
        }
    }

    private static String startReason(Service service) {
        return service.actuator("assignment")
                .get("partitions")
                .path(0)
                .path("startReason")
                .asString("");
    }

    private static double lost(Service service, String topic) {
        return service.metric("intake_records_lost_total{cause=\"retention\",topic=\"" + topic + "\"}");
    }

    /** Sink that refuses to write while a test says so. */
    static class FailsWhenTold {

        @Bean
        static BeanPostProcessor failsWhenTold() {
            return SinkWrapper.around(sink -> poll -> {
                if (FAILING.get()) {
                    poll.forEach(ON_WRITE.get());
                    throw new IllegalStateException("told to fail");
                }
                return sink.deliver(poll);
            });
        }
    }
}
