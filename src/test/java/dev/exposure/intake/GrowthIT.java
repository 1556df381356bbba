package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Promise 1: a partition added at any time is read from its first record, whatever the initial position is. */
class GrowthIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void recordsOfAddedPartitionsAreCountedOnceWhenTheGroupStartedAtLatest(String protocol) {
        String topic = "growth-" + protocol;
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        properties.put("intake.initial-position", "latest");
        broker.createTopic(topic, 2);
        broker.write(topic, 0, Exposures.events("history", 0, 50));
        broker.write(topic, 1, Exposures.events("history", 50, 50));
        try (Service service = Service.start(properties)) {
            broker.write(topic, 0, Exposures.events("live", 0, 20));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("live")).isEqualTo(20));

            broker.growTopic(topic, 4);
            broker.write(topic, 2, Exposures.events("added", 0, 300));
            broker.write(topic, 3, Exposures.events("added", 300, 200));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("added")).isEqualTo(500));
            assertThat(service.counted("history")).isZero();
            assertThat(service.counted("live")).isEqualTo(20);
            JsonNode partition =
                    service.actuator("assignment").get("partitions").get(2);
            assertThat(partition.get("startReason").asString()).isEqualTo("NEW_PARTITION");
            assertThat(partition.get("startOffset").asLong()).isZero();
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.metric("intake_partition_discovery_seconds_count"))
                            .isEqualTo(2));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(broker.committed(topic, topic, 2)).isEqualTo(300));
        }
    }
}
