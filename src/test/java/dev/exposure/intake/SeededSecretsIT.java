package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Certificates;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.SaslBroker;
import dev.exposure.intake.testing.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Secrets that can be told from everything else are put wherever there is fixture for one, and are then looked for. */
@ExtendWith(OutputCaptureExtension.class)
class SeededSecretsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RIGHT = secret();
    private static SaslBroker broker;

    @TempDir
    Path directory;

    private final List<String> secrets = new ArrayList<>(List.of(RIGHT));
    private final String operator = seed();

    private static String secret() {
        return "s3cr3t" + UUID.randomUUID().toString().replace("-", "");
    }

    private String seed() {
        String secret = secret();
        secrets.add(secret);
        return secret;
    }

    @BeforeAll
    static void startBroker() throws Exception {
        broker = SaslBroker.start("intake", RIGHT);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.openServers()))) {
            admin.createTopics(List.of(new NewTopic("seeded", 1, (short) 1), new NewTopic("seeded.dlt", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @Test
    void nothingIsToldOfRecordsAndCredentialsThatWork(CapturedOutput output) throws Exception {
        write();
        Map<String, String> properties = properties(broker.login());
        addBundle(properties);
        properties.put("spring.datasource.url", Service.h2(directory.resolve("counts")));
        properties.put("spring.datasource.password", seed());
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                            .isEqualTo(5));
            assertThatNothingIsTold(service);
        }
        assertThat(output.getAll()).doesNotContain(secrets);
    }

    @Test
    void nothingIsToldOfCredentialsThatAreRefused(CapturedOutput output) throws Exception {
        try (Connection database = DriverManager.getConnection("jdbc:h2:mem:locked", "sa", "other")) {
            Map<String, String> properties = properties(SaslBroker.login("intake", seed()));
            properties.put("spring.datasource.url", "jdbc:h2:mem:locked");
            properties.put("spring.datasource.password", seed());
            try (Service service = Service.start(properties)) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(output.getAll()).contains("Wrong user name or password"));
                assertThatNothingIsTold(service);
            }
            // The database as it is not, but the brokers refuse.
            properties.put("spring.datasource.url", Service.h2(directory.resolve("refused")));
            try (Service service = Service.start(properties)) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(output.getAll()).contains("SaslAuthenticationException"));
                assertThatNothingIsTold(service);
            }
            assertThat(database.isClosed()).isFalse();
        }
        assertThat(output.getAll()).doesNotContain(secrets);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            spring.datasource.url                       | jdbc:postgresql://u:SECRET@127.0.0.1:1/ads
            spring.datasource.url                       | jdbc:postgresql://127.0.0.1:1/ads?user=u&password=SECRET
            spring.datasource.url                       | jdbc:nosuch://127.0.0.1/ads?password=SECRET
            spring.datasource.url                       | postgresql://u:SECRET@127.0.0.1/ads
            spring.datasource.url                       | jdbc:h2:mem:x;NO_SUCH=1;USER=u;PASSWORD=SECRET
            spring.kafka.properties.sasl.jaas.config    | no.such.Module required password="SECRET";
            spring.kafka.properties.sasl.jaas.config    | password=SECRET
            spring.ssl.bundle.pem.x.keystore.private-key| SECRET
            intake.operator.password                    | {noop}SECRET
            """)
    void nothingIsToldWhenTheValueItselfIsWrong(String property, String value, CapturedOutput output) throws Exception {
        Map<String, String> properties = properties(broker.login());
        properties.put("spring.datasource.url", Service.h2(directory.resolve("counts")));
        properties.put(property, value.replace("SECRET", seed()));
        if (property.contains(".pem.")) {
            properties.put(
                    "spring.ssl.bundle.pem.x.keystore.certificate",
                    directory.resolve("x.crt").toString());
        }
        Throwable failure = catchThrowable(() -> {
            try (Service service = Service.start(properties)) {
                assertThat(service.http("/actuator/health").body()).doesNotContain(secrets);
            }
        });

        assertThat(failure == null || !(failure instanceof AssertionError)).isTrue();
        assertThat(output.getAll()).doesNotContain(secrets);
    }

    private Map<String, String> properties(String login) {
        Map<String, String> properties = new HashMap<>();
        properties.put("spring.kafka.bootstrap-servers", broker.servers());
        properties.put("spring.kafka.consumer.group-id", "seeded-" + UUID.randomUUID());
        properties.put("spring.kafka.security.protocol", "SASL_PLAINTEXT");
        properties.put("spring.kafka.properties.sasl.mechanism", "PLAIN");
        properties.put("spring.kafka.properties.sasl.jaas.config", login);
        // No name here is like the words that other tests look for in what this JVM has logged.
        properties.put("intake.topics", "seeded");
        properties.put("intake.lag.interval", "1s");
        properties.put("intake.operator.username", "ops");
        properties.put("intake.operator.password", operator);
        properties.put("management.endpoints.web.exposure.include", "*");
        properties.put("spring.datasource.hikari.connection-timeout", "500");
        return properties;
    }

    /** A bundle whose key is encrypted, and all that it takes. */
    private void addBundle(Map<String, String> properties) throws Exception {
        String password = seed();
        Certificates certificates = new Certificates(directory).authority("ca");
        Files.writeString(directory.resolve("tls.crt"), certificates.certificate("ca"));
        Files.writeString(directory.resolve("tls.key"), certificates.key("ca", password));
        String keystore = "spring.ssl.bundle.pem.seeded.keystore.";
        properties.put(keystore + "certificate", "file:" + directory.resolve("tls.crt"));
        properties.put(keystore + "private-key", "file:" + directory.resolve("tls.key"));
        properties.put(keystore + "private-key-password", password);
    }

    private void write() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.openServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String line : List.of(
                    "no json " + seed(),
                    "{\"exposure_id\":\"" + seed() + "\",\"user_id\":\"" + seed() + "\"}",
                    "{\"exposure_id\":\"1\",\"ad_id\":\"2\",\"exposed_at\":\"" + seed() + "\"}",
                    "{\"message\":\"{\\\"exposure_id\\\":" + seed() + "\"}",
                    "{\"exposure_id\":\"1\",\"ad_id\":\"2\",\"exposed_at\":1722650400137,\"user_id\":[\"" + seed()
                            + "\"]}")) {
                ProducerRecord<byte[], byte[]> dead = new ProducerRecord<>("seeded", line.getBytes(UTF_8));
                dead.headers().add("x-" + seed(), seed().getBytes(UTF_8));
                producer.send(dead);
            }
            producer.send(new ProducerRecord<>("seeded", Exposures.event(seed(), seed())));
        }
    }

    /** Everything that answers over HTTP, to anyone, to the operator and to somebody else. */
    private void assertThatNothingIsTold(Service service) {
        List<String> paths = new ArrayList<>(List.of("/", "/error", "/nothing", "/actuator", "/actuator;/x"));
        paths.addAll(service.bean(PathMappedEndpoints.class).getAllPaths());
        assertThat(service.get("/actuator/heapdump", "ops", operator).statusCode())
                .as("it would hold them all")
                .isEqualTo(404);
        paths.add("/actuator/env/spring.kafka.properties.sasl.jaas.config");
        assertThat(paths).contains("/actuator/env", "/actuator/configprops", "/actuator/loggers");
        for (String path : paths) {
            for (String password : List.of(operator, "wrong-" + seed())) {
                List.of(
                                service.http(path),
                                service.get(path, "ops", password),
                                service.post(path, "ops", password, "{\"paused\":\"" + seed() + "\"}"))
                        .forEach(answer -> assertThat(
                                        answer.body() + answer.headers().map())
                                .as(answer.request().method() + " " + path + " " + answer.statusCode())
                                .doesNotContain(secrets));
            }
        }
    }
}
