package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.RestartIT.SinkWrapper;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

/** The lag endpoint of the running service agrees with what Kafka's own tools would say. */
class LagEndpointIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicBoolean FAILING = new AtomicBoolean();
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void lagWhenTheSinkIsBehindIsWhatTheClusterSays() {
        broker.createTopic("lag", 2);
        broker.write("lag", 0, Exposures.events("ad", 0, 30));
        broker.deleteRecords("lag", 0, 5);
        Map<String, String> properties = Service.properties(broker, "lag", directory);
        properties.put("spring.kafka.client-id", "my-intake");
        try (Service service = Service.start(properties, FailsWhenTold.class)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(25));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    service.actuator("lag").get("totalLag").asLong(-1))
                            .isZero());
            FAILING.set(true);
            broker.write("lag", 0, Exposures.events("ad", 30, 12));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    service.actuator("lag").get("totalLag").asLong(-1))
                            .isEqualTo(12));
            JsonNode lag = service.actuator("lag");
            assertThat(lag.get("groupId").asString()).isEqualTo("lag");
            assertThat(lag.get("unownedPartitions").asInt()).isZero();
            assertThat(lag.get("ageSeconds").asDouble()).isBetween(0.0, 30.0);
            assertThat(lag.get("partitions")).hasSize(2);
            for (JsonNode partition : lag.get("partitions")) {
                int number = partition.get("partition").asInt();
                Long committed = broker.committed("lag", "lag", number);
                assertThat(partition.get("committed").asLong()).isEqualTo(committed);
                assertThat(partition.get("logStart").asLong()).isEqualTo(offset(number, OffsetSpec.earliest()));
                assertThat(partition.get("logEnd").asLong()).isEqualTo(offset(number, OffsetSpec.latest()));
                assertThat(partition.get("lag").asLong()).isEqualTo(offset(number, OffsetSpec.latest()) - committed);
                assertThat(partition.get("headroom").asLong())
                        .as("what retention may delete before it deletes unread records")
                        .isEqualTo(committed - offset(number, OffsetSpec.earliest()));
                assertThat(partition.get("owner").asString()).matches("my-intake.*@127\\.0\\.0\\.1");
            }
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(service.metric("intake_partition_lag{partition=\"0\",topic=\"lag\"}"))
                                    .isEqualTo(12));
            assertThat(service.metric("intake_partition_headroom{partition=\"0\",topic=\"lag\"}"))
                    .isEqualTo(25);
            broker.deleteRecords("lag", 0, 20);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(service.metric("intake_partition_headroom{partition=\"0\",topic=\"lag\"}"))
                                    .isEqualTo(10));

            FAILING.set(false);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    service.actuator("lag").get("totalLag").asLong(-1))
                            .isZero());
            assertThat(broker.committed("lag", "lag", 0)).isEqualTo(42);
        }
    }

    private static long offset(int partition, OffsetSpec spec) {
        TopicPartition id = new TopicPartition("lag", partition);
        try {
            return broker.admin()
                    .listOffsets(Map.of(id, spec))
                    .partitionResult(id)
                    .get(30, TimeUnit.SECONDS)
                    .offset();
        } catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** Sink that refuses to write while a test says so. */
    static class FailsWhenTold {

        @Bean
        static BeanPostProcessor failsWhenTold() {
            return SinkWrapper.around(sink -> poll -> {
                if (FAILING.get()) {
                    throw new IllegalStateException("told to fail");
                }
                return sink.deliver(poll);
            });
        }
    }
}
