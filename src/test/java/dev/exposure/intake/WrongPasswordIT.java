package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.SaslBroker;
import dev.exposure.intake.testing.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Brokers that refuse the password: the service says so and goes on trying, and nobody gets to see the password. */
@ExtendWith(OutputCaptureExtension.class)
class WrongPasswordIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PASSWORD = UUID.randomUUID().toString();
    private static final String WRONG = UUID.randomUUID().toString();
    private static SaslBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = SaslBroker.start("intake", PASSWORD);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.openServers()))) {
            admin.createTopics(List.of(new NewTopic("sasl", 1, (short) 1), new NewTopic("sasl.dlt", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.openServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            Exposures.events("ad", 0, 10).forEach(event -> producer.send(new ProducerRecord<>("sasl", event)));
        }
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @Test
    void serviceWhenThePasswordIsWrongRunsAndSaysSoWithoutIt(CapturedOutput output) {
        try (Service service = Service.start(properties(SaslBroker.login("intake", WRONG)))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    service.http("/actuator/health/readiness").body())
                            .contains("OUT_OF_SERVICE")
                            .contains("SaslAuthenticationException"));
            await().atMost(PATIENCE).until(() -> attempts(service) >= 3);
            await().atMost(PATIENCE).until(() -> refusals(output).size() >= 2);

            assertThat(service.health("/readiness")).isEqualTo(503);
            assertThat(service.health("/liveness")).isEqualTo(200);
            assertThat(service.state()).isEqualTo("SEEDING");
            assertThat(output.getAll().lines().filter(line -> line.contains("Finding where to start")))
                    .as("said once")
                    .hasSize(1);
            assertThat(refusals(output))
                    .as("said by the start and by the sampler of the lag, not with each login")
                    .hasSize(2);
            for (String path : List.of("health", "info", "assignment", "lag", "balance", "prometheus")) {
                assertThat(service.http("/actuator/" + path).body()).as(path).doesNotContain(WRONG);
            }
        }
        assertThat(output.getAll()).doesNotContain(WRONG).doesNotContain("\tat ");
    }

    @Test
    void serviceWhenThePasswordIsRightConsumes(CapturedOutput output) {
        try (Service service = Service.start(properties(broker.login()))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
            assertThat(service.health("/readiness")).isEqualTo(200);
        }
        assertThat(output.getAll()).doesNotContain(PASSWORD);
    }

    private Map<String, String> properties(String login) {
        Map<String, String> properties = new HashMap<>();
        properties.put("spring.kafka.bootstrap-servers", broker.servers());
        properties.put("spring.kafka.consumer.group-id", "sasl");
        properties.put("spring.kafka.security.protocol", "SASL_PLAINTEXT");
        properties.put("spring.kafka.properties.sasl.mechanism", "PLAIN");
        properties.put("spring.kafka.properties.sasl.jaas.config", login);
        properties.put("intake.topics", "sasl");
        properties.put("spring.datasource.url", Service.h2(directory.resolve("counts")));
        return properties;
    }

    private static List<String> refusals(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("SaslAuthenticationException"))
                .toList();
    }

    private static long attempts(Service service) {
        return service.actuator("health")
                .get("components")
                .get("kafka")
                .get("details")
                .get("attempts")
                .asLong();
    }
}
