package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Certificates;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.SecureBroker;
import dev.exposure.intake.testing.SecurityGuide;
import dev.exposure.intake.testing.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** The ways to secure Kafka that the guide tells, each end to end, refused, and put right while the service runs. */
@ExtendWith(OutputCaptureExtension.class)
class KafkaSecurityIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "intake";
    private static final String PLAIN_PASSWORD = UUID.randomUUID().toString();

    private static Certificates certificates;
    private static SecureBroker broker;

    @TempDir
    static Path keys;

    @TempDir
    Path directory;

    private final String password = UUID.randomUUID().toString();
    private final String wrong = UUID.randomUUID().toString();
    private final String keyPassword = UUID.randomUUID().toString();

    @BeforeAll
    static void startBroker() throws Exception {
        certificates = new Certificates(keys)
                .authority("ca")
                .issue("broker", "ca")
                .issue("client", "ca")
                .issueExpired("expired", "ca")
                .authority("next-ca")
                .issue("next-broker", "next-ca")
                .issue("next-client", "next-ca");
        broker = SecureBroker.start(
                certificates.certificate("broker"),
                certificates.key("broker"),
                certificates.certificate("ca"),
                USER,
                PLAIN_PASSWORD);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    /** A wrong one is the matter of {@link WrongPasswordIT}. */
    @Test
    void plainPasswordIsUsedByAllClients(CapturedOutput output) throws Exception {
        write("plain", 0);
        Map<String, String> properties = properties("plain", "sasl-plain", broker.plainServers());
        properties.put("KAFKA_PASSWORD", PLAIN_PASSWORD);
        try (Service service = Service.start(properties)) {
            assertThatAllIsRead(service, "plain", 1);
        }
        assertThat(output.getAll()).doesNotContain(PLAIN_PASSWORD);
    }

    @Test
    void scramPasswordIsUsedByAllClientsAndMayBeChangedWhileTheyRun(CapturedOutput output) throws Exception {
        Files.writeString(directory.resolve("ca.crt"), certificates.certificate("ca"));
        broker.setScramPassword(USER, password);
        write("scram", 0);
        Map<String, String> properties = properties("scram", "sasl-scram", broker.scramServers());
        properties.put("KAFKA_PASSWORD", password);
        try (Service service = Service.start(properties)) {
            assertThatAllIsRead(service, "scram", 1);

            broker.setScramPassword(USER, wrong);
            assertThatItIsRefused(service, "SaslAuthenticationException", "sasl.jaas.config");
            write("scram", 1);
            broker.setScramPassword(USER, password);

            assertThatAllIsRead(service, "scram", 2);
        }
        assertThat(output.getAll()).doesNotContain(password, wrong).doesNotContain("\tat ");
    }

    @Test
    void certificatesAreReadAgainWhenTheirFilesChange(CapturedOutput output) throws Exception {
        mount("expired", "expired", "ca");
        write("mtls", 0);
        Map<String, String> properties = properties("mtls", "mutual-tls", broker.mutualTlsServers());
        properties.put("KAFKA_KEY_PASSWORD", keyPassword);
        properties.put("spring.ssl.bundle.watch.file.quiet-period", "500ms");
        try (Service service = Service.start(properties)) {
            assertThatItIsRefused(service, "SslAuthenticationException", "certificate");
            mount("client", "client", "ca");
            assertThatAllIsRead(service, "mtls", 1);

            broker.setMutualTls(
                    certificates.certificate("next-broker"),
                    certificates.key("next-broker"),
                    certificates.certificate("next-ca"));
            broker.cutMutualTls();
            write("mtls", 1);
            assertThatItIsRefused(service, "SslAuthenticationException", "certificate");
            mount("next-client", "client", "next-ca");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(output.getAll())
                            .contains("can't be used")
                            .contains("the private key is not that of the certificate"));
            mount("next-client", "next-client", "next-ca");

            assertThatAllIsRead(service, "mtls", 2);
        }
        assertThat(output.getAll())
                .doesNotContain(keyPassword)
                .doesNotContain("\tat ")
                .doesNotContain("PRIVATE KEY");
    }

    private Map<String, String> properties(String topic, String block, String servers) throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put("spring.config.additional-location", SecurityGuide.properties(block, directory));
        properties.put("KAFKA_SERVERS", servers);
        // The embedded broker of another test may have left a system property of this name, which wins over the file.
        properties.put("spring.kafka.bootstrap-servers", servers);
        properties.put("KAFKA_USER", USER);
        properties.put("spring.kafka.consumer.group-id", topic);
        properties.put("spring.kafka.listener.auth-exception-retry-interval", "1s");
        properties.put("intake.topics", topic);
        properties.put("intake.lag.interval", "1s");
        properties.put("spring.datasource.url", Service.h2(directory.resolve("counts")));
        return properties;
    }

    /** Ten exposures and one bad line. */
    private static void write(String topic, int round) throws Exception {
        if (round == 0) {
            broker.createTopic(topic);
        }
        broker.write(topic, Exposures.events(topic, 10 * round, 10));
        broker.write(topic, List.of("no exposure".getBytes(UTF_8)));
    }

    private static void assertThatAllIsRead(Service service, String topic, int rounds) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(service.counted(topic)).isEqualTo(10L * rounds);
            assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                    .isEqualTo(rounds);
            assertThat(service.state()).isEqualTo("RUNNING");
            assertThat(service.actuator("lag").get("totalLag").asLong(-1)).isZero();
            assertThat(service.actuator("health").get("components").get("kafka").toString())
                    .contains("UP");
        });
    }

    /** The service says so, where an operator looks, and lives. */
    private void assertThatItIsRefused(Service service, String... words) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode kafka = service.actuator("health").get("components").get("kafka");
            assertThat(kafka.get("status").asString()).isEqualTo("DOWN");
            assertThat(kafka.get("details").get("cause").asString()).contains(words);
            JsonNode assignment = service.actuator("assignment");
            assertThat(assignment.get("state").asString()).isIn("SEEDING", "RETRYING");
            // An event tells how it began: on a busy machine with an answer that takes too long.
            assertThat(assignment.get("events").toString())
                    .containsAnyOf("AuthenticationException", "TimeoutException");
        });
        assertThat(service.health("/liveness")).isEqualTo(200);
        for (String path : List.of("health", "info", "assignment", "lag", "balance", "prometheus")) {
            assertThat(service.http("/actuator/" + path).body()).as(path).doesNotContain(password, wrong, keyPassword);
        }
    }

    /** Puts the three files there as Kubernetes does: a directory that a link leads to, which is turned in one step. */
    private void mount(String certificate, String key, String authority) throws Exception {
        Path version = Files.createTempDirectory(directory, "..version");
        Files.writeString(version.resolve("tls.crt"), certificates.certificate(certificate));
        Files.writeString(version.resolve("tls.key"), certificates.key(key, keyPassword));
        Files.writeString(version.resolve("ca.crt"), certificates.certificate(authority));
        Path turned = Files.createSymbolicLink(directory.resolve("..turned"), version.getFileName());
        Files.move(turned, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        for (String file : List.of("tls.crt", "tls.key", "ca.crt")) {
            if (!Files.exists(directory.resolve(file))) {
                Files.createSymbolicLink(directory.resolve(file), Path.of("..data", file));
            }
        }
    }
}
