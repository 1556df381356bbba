package dev.exposure.intake.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Logs for machines: whatever happens to the service, it prints nothing but one JSON object a line. */
@Slow
class EcsLogsIT {

    /** As in docs/security.md; a newer JVM would warn of its own accord, an older one does not know the option. */
    private static final List<String> QUIET_JVM = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @TempDir
    Path directory;

    private static final TestBroker broker = TestBroker.shared();
    private ServiceProcess first;
    private ServiceProcess second;

    @Test
    void eachLineIsOneJsonObjectFromStartToStopThroughOutagesAndARebalance() throws IOException {
        Path data = directory.resolve("pg");
        EmbeddedPostgres database = TestPostgres.start(FreePort.next(), data);
        try {
            int port = database.getPort();
            Map<String, String> properties = properties(database);
            first = new ServiceProcess(directory, "first", QUIET_JVM, properties);
            second = new ServiceProcess(directory, "second", QUIET_JVM, properties);
            try {
                startWithoutDeadLetterTopic();
                rebalance();
                database.close();
                write(1);
                awaitEvent("SINK_DOWN");
                database = TestPostgres.start(port, data);
                awaitEvent("SINK_UP");
                await().atMost(PATIENCE)
                        .until(() -> first.metric("intake_records_total", Map.of("outcome", "counted")) == 20);
                first.stop();
            } finally {
                Stream.of(first, second).filter(ServiceProcess::isRunning).forEach(ServiceProcess::kill);
            }
        } finally {
            database.close();
        }
        assertThatLinesAreForMachines(first.lines());
        assertThatLinesAreForMachines(second.lines());
        assertThat(messages(first.lines()))
                .as("what was gone through is told")
                .contains("dead letter")
                .contains("Writing to the sink")
                .contains("ecs-1");
    }

    private void startWithoutDeadLetterTopic() {
        broker.createBareTopic("ecs", 2);
        write(0);
        first.start().awaitReady();
        awaitEvent("DEAD_LETTER_DOWN");
        broker.createBareTopic("ecs.dlt", 1);
        awaitEvent("DEAD_LETTER_UP");
    }

    private void rebalance() {
        second.start().awaitReady();
        await().atMost(PATIENCE).until(() -> first.owned() == 1 && second.owned() == 1);
        second.stop();
        await().atMost(PATIENCE).until(() -> first.owned() == 2);
    }

    private static void assertThatLinesAreForMachines(List<String> lines) {
        assertThat(lines).hasSizeGreaterThan(3).allSatisfy(line -> {
            assertThat(line).doesNotContain("secret-user", "secret-body", "secret-ad", "stack_trace");
            JsonNode json = JSON.readTree(line);
            assertThat(json.isObject()).isTrue();
            assertThat(Instant.parse(json.get("@timestamp").asString())).isBefore(Instant.now());
            assertThat(json.at("/log/level").asString("")).isIn("INFO", "WARN", "ERROR");
            assertThat(json.get("message").asString()).isNotBlank().doesNotContain("\n", "\tat ");
            assertThat(json.at("/service/name").asString("")).isEqualTo("exposure-intake");
            assertThat(json.at("/service/version").asString("")).isNotBlank();
        });
    }

    private static String messages(List<String> lines) {
        return String.join(
                "\n",
                lines.stream()
                        .map(line -> JSON.readTree(line).get("message").asString())
                        .toList());
    }

    /** Ten exposures and a bad record for each partition; nothing that is in any of them may be told. */
    private void write(int round) {
        for (int partition = 0; partition < 2; partition++) {
            broker.write("ecs", partition, Exposures.events("secret-ad", 10 * round + 5 * partition, 5));
            broker.write(
                    "ecs",
                    partition,
                    List.of("{\"user_id\":\"secret-user\",\"ad_id\":\"secret-ad\",\n\"secret-body".getBytes(UTF_8)));
        }
    }

    private void awaitEvent(String type) {
        await(type).atMost(PATIENCE).until(() -> first.events(type) > 0);
    }

    private Map<String, String> properties(EmbeddedPostgres database) {
        Map<String, String> properties = new HashMap<>(Service.properties(broker, "ecs", directory));
        properties.put("spring.datasource.url", database.getJdbcUrl("postgres", "postgres"));
        properties.put("spring.datasource.hikari.connection-timeout", "1000");
        properties.put("intake.initial-position", "earliest");
        properties.put("logging.structured.format.console", "ecs");
        return properties;
    }
}
