package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A group that takes no further member is waited for, said once, and joined when there is room. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class FullGroupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(Map.of("group.max.size", "1", "group.consumer.max.size", "1"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void groupThatIsFullIsJoinedWhenThereIsRoom(String protocol, CapturedOutput output) {
        String name = "full-" + protocol;
        broker.createTopic(name, 1);
        broker.write(name, 0, Exposures.events("ad", 0, 10));
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        properties.put("spring.datasource.url", TestPostgres.url(name));
        properties.put("spring.datasource.username", "postgres");
        try (KafkaConsumer<byte[], byte[]> other = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        name,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        protocol,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            other.subscribe(List.of(name));
            await().atMost(PATIENCE).until(() -> {
                other.poll(Duration.ofMillis(100));
                return !other.assignment().isEmpty();
            });
            try (Service service = Service.start(properties)) {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    other.poll(Duration.ofMillis(100));
                    assertThat(service.actuator("health")
                                    .get("components")
                                    .get("kafka")
                                    .toString())
                            .contains("DOWN", "GroupMaxSizeReachedException");
                });
                assertThat(service.health("/liveness")).isEqualTo(200);
                assertThat(service.events("BROKER_UP")).isZero();

                other.unsubscribe();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
                await().atMost(PATIENCE).until(() -> service.events("BROKER_UP") == 1);
                assertThat(service.events("BROKER_DOWN")).isEqualTo(1);
            }
        }
        assertThat(output.getAll().lines().filter(line -> line.contains("Polling fails")))
                .as("said once")
                .hasSize(1);
        assertThat(output.getAll().lines().filter(line -> line.contains("\tat ")))
                .as("no stack traces")
                .isEmpty();
    }
}
