package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.AdvertisingBroker;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Forwarder;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Brokers that are away, or not what was expected: what may heal is waited for, what can't fails the start. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class BrokerTroubleIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        // Brokers before 4.0 are like this: they know the classic protocol only.
        broker = TestBroker.start(Map.of("group.coordinator.rebalance.protocols", "classic"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void serviceWhenNoBrokerAnswersRunsAndStartsConsumingWhenOneDoes(CapturedOutput output) throws Exception {
        broker.createTopic("away", 1);
        broker.write("away", 0, Exposures.events("ad", 0, 10));
        Map<String, String> properties = Service.properties(broker, "away", directory);
        try (Forwarder forwarder = new Forwarder(broker.bootstrapServers())) {
            properties.put("spring.kafka.bootstrap-servers", forwarder.address());
            try (Service service = Service.start(properties)) {
                assertWaiting(service, "TimeoutException: No answer from the cluster within 5000 ms");
                await().atMost(PATIENCE).until(() -> attempts(service) >= 2);
                assertThat(service.metric("intake_broker_up")).isZero();
                assertThat(lines(output, "Finding where to start"))
                        .as("said once")
                        .hasSize(1);

                forwarder.open();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
                await().atMost(PATIENCE).until(() -> service.health("/readiness") == 200);
                await().atMost(PATIENCE).until(() -> service.health("") == 200);
                await().atMost(PATIENCE).until(() -> service.metric("intake_broker_up") == 1);
                assertThat(service.events("POSITIONS_UNKNOWN")).isEqualTo(1);
                assertThat(service.events("POSITIONS_KNOWN")).isEqualTo(1);
            }
        }
        assertThat(lines(output, "\tat ")).as("no stack traces").isEmpty();
        assertThat(lines(output, "WARN").size() + lines(output, "ERROR").size())
                .as("few words about it")
                .isLessThanOrEqualTo(6);
    }

    @Test
    void addressThatTheBrokersAdvertiseAndNobodyListensOnIsNamed(CapturedOutput output) throws Exception {
        try (AdvertisingBroker advertising = AdvertisingBroker.start()) {
            advertising.createTopic("elsewhere");
            Map<String, String> properties = Service.properties(broker, "elsewhere", directory);
            properties.put("spring.kafka.bootstrap-servers", advertising.servers());
            String cause = "can't reach " + advertising.advertised() + " (connection refused), where the brokers say";
            try (Service service = Service.start(properties)) {
                assertWaiting(service, cause);
                assertThat(service.actuator("health")
                                .get("components")
                                .get("kafka")
                                .toString())
                        .contains(cause);
                assertThat(lines(output, "Finding where to start"))
                        .singleElement()
                        .asString()
                        .contains(cause);

                advertising.open();
                await().atMost(PATIENCE).until(() -> service.health("/readiness") == 200);
            }
        }
    }

    @Test
    void nameThatCannotBeResolvedYetIsWaitedForAndSaid(CapturedOutput output) {
        Map<String, String> properties = Service.properties(broker, "unresolved", directory);
        properties.put("spring.kafka.bootstrap-servers", "kafka.nosuch.invalid:9092");
        String cause = "No name in spring.kafka.bootstrap-servers can be resolved: kafka.nosuch.invalid:9092";
        try (Service service = Service.start(properties)) {
            assertWaiting(service, cause);
            await().atMost(PATIENCE).until(() -> attempts(service) >= 2);
            assertThat(service.actuator("health").get("components").get("kafka").toString())
                    .contains(cause);
        }
        assertThat(lines(output, "Finding where to start"))
                .singleElement()
                .asString()
                .contains(cause);
        assertThat(lines(output, "WARN").size() + lines(output, "ERROR").size())
                .as("few words about it")
                .isLessThanOrEqualTo(4);
        assertThat(lines(output, "\tat ")).as("no stack traces").isEmpty();
    }

    @Test
    void serviceWhenTheTopicIsMissingRunsAndStartsConsumingWhenItIsCreated(CapturedOutput output) {
        try (Service service = Service.start(Service.properties(broker, "missing", directory))) {
            assertWaiting(service, "Topic 'missing' (intake.topics) does not exist");
            assertThat(service.events("TOPIC_MISSING")).isEqualTo(1);

            broker.createTopic("missing", 2);
            broker.write("missing", 1, Exposures.events("ad", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
            await().atMost(PATIENCE).until(() -> service.health("/readiness") == 200);
            assertThat(service.events("TOPIC_MISSING")).as("said once").isEqualTo(1);
            assertThat(service.events("TOPIC_FOUND")).isEqualTo(1);
        }
        assertThat(lines(output, "Topic 'missing' (intake.topics) does not exist"))
                .as("said once")
                .hasSize(1);
        assertThat(lines(output, "\tat ")).as("no stack traces").isEmpty();
    }

    @Test
    void startWhenTheBrokersLackTheConsumerProtocolFailsWithOneMessage(CapturedOutput output) {
        Map<String, String> properties = Service.properties(broker, "protocol", directory);
        properties.put("spring.kafka.consumer.properties.group.protocol", "consumer");
        broker.createTopic("protocol", 1);

        Throwable failure = catchThrowable(() -> Service.start(properties).close());

        assertThat(failure).isNotNull();
        assertThat(output.getAll()).containsOnlyOnce("APPLICATION FAILED TO START");
        String message = output.getAll().substring(output.getAll().indexOf("APPLICATION FAILED TO START"));
        assertThat(message)
                .contains("group.protocol=consumer")
                .contains("group.coordinator.rebalance.protocols")
                .contains("Use group.protocol=classic (the default), or upgrade the cluster to Kafka 4.0");
        assertThat(lines(output, "\tat ")).as("no stack trace").isEmpty();
    }

    @Test
    void startWhenTheConsumersConfigurationIsRefusedFailsWithOneMessageAlthoughNoBrokerAnswers(CapturedOutput output) {
        Map<String, String> properties = Service.properties(broker, "refused", directory);
        properties.put("spring.kafka.bootstrap-servers", new Forwarder("nowhere:1").address());
        properties.put("spring.kafka.consumer.properties.group.protocol", "consumer");
        properties.put("spring.kafka.consumer.heartbeat-interval", "1s");

        Throwable failure = catchThrowable(() -> Service.start(properties).close());

        assertThat(failure).as("it would never heal, and nobody would be told").isNotNull();
        assertThat(output.getAll()).containsOnlyOnce("APPLICATION FAILED TO START");
        assertThat(output.getAll()).contains("heartbeat.interval.ms cannot be set when group.protocol=CONSUMER");
        assertThat(lines(output, "\tat ")).as("no stack trace").isEmpty();
    }

    private static void assertWaiting(Service service, String cause) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.state()).isEqualTo("SEEDING"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                service.http("/actuator/health/readiness").body())
                        .contains(cause));
        assertThat(service.health("/liveness")).isEqualTo(200);
        JsonNode readiness = JsonMapper.shared()
                .readTree(service.http("/actuator/health/readiness").body());
        assertThat(service.health("/readiness")).isEqualTo(503);
        assertThat(readiness.get("status").asString()).isEqualTo("OUT_OF_SERVICE");
    }

    private static long attempts(Service service) {
        JsonNode details =
                service.actuator("health").get("components").get("kafka").get("details");
        return details == null ? 0 : details.get("attempts").asLong();
    }

    private static List<String> lines(CapturedOutput output, String text) {
        return output.getAll().lines().filter(line -> line.contains(text)).toList();
    }
}
