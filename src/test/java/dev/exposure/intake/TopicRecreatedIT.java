package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Promise 5: a topic that was deleted and created again is noticed and read from its beginning. */
@Slow
class TopicRecreatedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void recordsOfATopicCreatedAgainWhileTheServiceIsStoppedAreAllCounted() {
        broker.createTopic("again", 2);
        Map<String, String> properties = Service.properties(broker, "again", directory);
        properties.put("intake.initial-position", "latest");
        try (Service service = Service.start(properties)) {
            broker.write("again", 0, Exposures.events("old", 0, 40));
            broker.write("again", 1, Exposures.events("old", 40, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("old")).isEqualTo(50));
        }

        recreate("again");
        // More than before in one partition and less in the other, so that no position fits by chance.
        broker.write("again", 0, Exposures.events("new", 0, 60));
        broker.write("again", 1, Exposures.events("new", 60, 5));

        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("new")).isEqualTo(65));
            assertThat(service.counted("old")).isEqualTo(50);
            for (JsonNode partition : service.actuator("assignment").get("partitions")) {
                assertThat(partition.get("startReason").asString()).isEqualTo("TOPIC_RECREATED");
                assertThat(partition.get("startOffset").asLong()).isZero();
            }
            assertThat(service.events("TOPIC_RECREATED")).isEqualTo(1);
            assertThat(service.metric("intake_topics_recreated_total{topic=\"again\"}"))
                    .isEqualTo(1);
            assertThat(service.metric("intake_records_lost_total{cause=\"retention\",topic=\"again\"}"))
                    .isZero();
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
        }

        try (Service service = Service.start(properties)) {
            broker.write("again", 1, Exposures.events("new", 65, 5));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("new")).isEqualTo(70));
            assertThat(service.metric("intake_topics_recreated_total{topic=\"again\"}"))
                    .as("once for good")
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void recordsOfATopicCreatedAgainWhileTheServiceRunsAreAllCounted(String protocol) {
        String topic = "running-" + protocol;
        broker.createTopic(topic, 1);
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        properties.put("intake.partition-detection", "500ms");
        try (Service service = Service.start(properties)) {
            broker.write(topic, 0, Exposures.events("old", 0, 40));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("old")).isEqualTo(40));

            recreate(topic);
            broker.write(topic, 0, Exposures.events("new", 0, 60));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("new")).isEqualTo(60));
            assertThat(service.counted("old")).isEqualTo(40);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(service.metric("intake_topics_recreated_total{topic=\"" + topic + "\"}"))
                                    .isEqualTo(1));
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void recordsAreCountedOnceWhenTheNewLogIsLongerThanTheOldPositionBeforeItIsNoticed(String protocol) {
        String topic = "longer-" + protocol;
        broker.createTopic(topic, 1);
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        // The watch must not be what saves it.
        properties.put("intake.partition-detection", "60s");
        properties.put("intake.lag.interval", "60s"); // its samples are looked at by the watch, too
        properties.put("intake.poll.max-records", "7");
        try (Service service = Service.start(properties)) {
            for (int round = 0; round < 5; round++) {
                String ad = "round-" + round;
                broker.write(topic, 0, Exposures.events(ad, 0, 40));
                broker.write(topic, 0, List.of("not an exposure".getBytes(UTF_8)));
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(service.counted(ad)).as(ad).isEqualTo(40));

                recreate(topic);
                broker.write(topic, 0, Exposures.events(ad + "-again", 0, 300));
                broker.write(topic, 0, Exposures.events(ad + "-again", 300, 300));

                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.counted(ad + "-again"))
                                .as(ad)
                                .isEqualTo(600));
                assertThat(service.counted(ad)).isEqualTo(40);
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(broker.committed(topic, topic, 0)).isEqualTo(600));
                recreate(topic);
            }
            // The last one was noticed only if anything was written to it.
            assertThat(service.metric("intake_topics_recreated_total{topic=\"" + topic + "\"}"))
                    .isBetween(9.0, 10.0);
            assertThat(service.events("TOPIC_RECREATED")).isBetween(9L, 10L);
            assertThat(broker.read(topic + ".dlt")).as("each bad line once").hasSize(5);
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
        }
    }

    private static void recreate(String topic) {
        broker.deleteTopic(topic);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            broker.createBareTopic(topic, topic.equals("again") ? 2 : 1);
            return true;
        });
    }
}
