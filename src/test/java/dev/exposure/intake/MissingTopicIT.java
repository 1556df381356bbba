package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic that is missing stops only itself, and is read from its first record once it exists. */
class MissingTopicIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void otherTopicsAreConsumedWhileOneIsMissingAndItIsReadFromItsFirstRecordWhenItIsThere() {
        broker.createTopic("t3", 1);
        Map<String, String> properties = Service.properties(broker, "missing", directory);
        properties.put("intake.topics", "t3,retired");
        properties.put("intake.initial-position", "latest");
        properties.put("intake.partition-detection", "500ms");
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
            broker.write("t3", 0, Exposures.events("present", 0, 40));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("present")).isEqualTo(40));
            assertThat(service.events("TOPIC_MISSING")).isEqualTo(1);
            assertThat(service.events("TOPIC_FOUND")).isZero();
            assertThat(service.actuator("health").toString()).contains("'retired'");
            assertThat(service.state()).isEqualTo("RUNNING");

            broker.createTopic("retired", 1);
            broker.write("retired", 0, Exposures.events("late", 0, 30));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("late")).isEqualTo(30));
            await().atMost(PATIENCE).until(() -> service.events("TOPIC_FOUND") == 1);
            assertThat(service.counted("present")).isEqualTo(40);
        }
    }
}
