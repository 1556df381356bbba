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
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Changes that come with a rolling update: a further topic, and a partition added while a static member restarts. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class RollingUpdateIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void furtherTopicIsCountedFromTheMomentThatTheFirstInstanceKnowsIt(String protocol) {
        String old = "old-" + protocol;
        String further = "further-" + protocol;
        broker.createTopic(old, 2);
        broker.createTopic(further, 2);
        broker.write(further, 0, Exposures.events("history-" + protocol, 0, 50));
        broker.write(further, 1, Exposures.events("history-" + protocol, 50, 50));
        Service first = Service.start(properties(old, old, protocol));
        try {
            broker.write(old, 0, Exposures.events(old, 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(first.counted(old)).isEqualTo(10));
            try (Service second = Service.start(properties(old, old + "," + further, protocol))) {
                broker.write(further, 0, Exposures.events(further, 0, 30));
                broker.write(further, 1, Exposures.events(further, 30, 30));
                broker.write(old, 1, Exposures.events(old, 10, 10));
                first.close();
                broker.write(further, 0, Exposures.events(further, 60, 30));
                try (Service third = Service.start(properties(old, old + "," + further, protocol))) {
                    broker.write(further, 0, Exposures.events(further, 90, 30));
                    broker.write(further, 1, Exposures.events(further, 120, 30));
                    await().atMost(PATIENCE).untilAsserted(() -> {
                        assertThat(third.counted(further)).isEqualTo(150);
                        assertThat(third.counted(old)).isEqualTo(20);
                    });
                    await().atMost(PATIENCE)
                            .untilAsserted(() ->
                                    assertThat(owned(second) + owned(third)).isEqualTo(4));
                    assertThat(third.counted("history-" + protocol)).isZero();
                    assertThat(third.counted(further)).isEqualTo(150);
                }
            }
        } finally {
            first.close();
        }
    }

    @Test
    void partitionAddedWhileAStaticMemberRestartsIsOwnedByAnAskedForRebalance(CapturedOutput output) {
        broker.createTopic("restarted", 2);
        Map<String, String> properties = properties("restarted", "restarted", "classic");
        properties.put("spring.kafka.consumer.properties.group.instance.id", "leader");
        try (Service service = Service.start(properties)) {
            broker.write("restarted", 0, Exposures.events("restarted", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(service.counted("restarted")).isEqualTo(10));
        }
        broker.growTopic("restarted", 3);
        broker.write("restarted", 2, Exposures.events("restarted", 10, 10));

        try (Service service = Service.start(properties)) {
            Instant up = Instant.now();
            await().atMost(PATIENCE).until(() -> owned(service) == 3);
            Duration unowned = Duration.between(up, Instant.now());
            System.out.printf(">> owned %.1f s after the restarted leader was up%n", unowned.toMillis() / 1000.0);
            assertThat(unowned).isLessThan(Duration.ofSeconds(30));
            assertThat(output.getAll()).contains("Nobody in the group owns restarted-2: asking for a rebalance");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(service.counted("restarted")).isEqualTo(20));
        }
    }

    private static int owned(Service service) {
        return service.actuator("assignment").get("partitions").size();
    }

    private Map<String, String> properties(String group, String topics, String protocol) {
        Map<String, String> properties = Service.properties(broker, group, directory);
        properties.put("intake.topics", topics);
        properties.put("intake.initial-position", "latest");
        properties.put("spring.datasource.url", TestPostgres.url(group));
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        return properties;
    }
}
