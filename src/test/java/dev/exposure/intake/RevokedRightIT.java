package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.RefusingAuthorizer;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Each right that the README lists is taken from the service while it runs: it says so once, waits, and loses nothing. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class RevokedRightIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(Map.of("authorizer.class.name", RefusingAuthorizer.class.getName()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({
        "READ, TOPIC, '', classic, kafka",
        "READ, TOPIC, '', consumer, kafka",
        "DESCRIBE, TOPIC, '', classic, kafka",
        "DESCRIBE, TOPIC, '', consumer, kafka",
        "READ, GROUP, '', classic, kafka",
        "READ, GROUP, '', consumer, kafka",
        "DESCRIBE, GROUP, '', classic, kafka",
        "WRITE, TOPIC, .dlt, classic, deadLetters"
    })
    void rightThatIsTakenAndGivenBackCostsNoRecord(
            AclOperation operation,
            ResourceType type,
            String suffix,
            String protocol,
            String component,
            CapturedOutput output) {
        String name = (operation + "-" + type + "-" + protocol).toLowerCase(Locale.ROOT);
        broker.createTopic(name, 2);
        broker.write(name, 0, Exposures.events("ad", 0, 10));
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        properties.put("spring.kafka.listener.auth-exception-retry-interval", "1s");
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));

            RefusingAuthorizer.take(operation, type, name + suffix);
            broker.write(name, 1, Exposures.events("ad", 10, 10));
            broker.write(name, 1, List.of("no exposure".getBytes(UTF_8)));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.actuator("health")
                                    .get("components")
                                    .get(component)
                                    .toString())
                            .contains("DOWN", "AuthorizationException"));
            await().atMost(PATIENCE).until(() -> service.state().equals("RETRYING"));
            assertThat(service.health("/liveness")).isEqualTo(200);

            RefusingAuthorizer.allowAll();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(20));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                            .isEqualTo(1));
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
            await().atMost(PATIENCE)
                    .until(() -> service.events("BROKER_UP") == service.events("BROKER_DOWN")
                            && service.events("DEAD_LETTER_UP") == service.events("DEAD_LETTER_DOWN"));
            assertThat(service.health("")).isEqualTo(200);
        } finally {
            RefusingAuthorizer.allowAll();
        }
        assertThat(lines(output, "Polling fails")).as("said once").hasSizeLessThanOrEqualTo(1);
        assertThat(lines(output, "Publishing dead letters fails")).hasSizeLessThanOrEqualTo(1);
        assertThat(lines(output, "\tat ")).as("no stack traces").isEmpty();
    }

    private static List<String> lines(CapturedOutput output, String text) {
        return output.getAll().lines().filter(line -> line.contains(text)).toList();
    }
}
