package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.RestartIT.SinkWrapper;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DuplicateKeyException;
import tools.jackson.databind.JsonNode;

/** Promise 6: while the sink is down, records wait; when it is back, each counts once. */
@ExtendWith(OutputCaptureExtension.class)
class SinkOutageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicBoolean FAILING = new AtomicBoolean();
    private static final AtomicInteger FAILURES = new AtomicInteger();
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void recordsWhileTheSinkFailsUnderLoadAreCountedOnceWhenItWorksAgain(CapturedOutput output) {
        broker.createTopic("outage", 3);
        try (Service service = Service.start(Service.properties(broker, "outage", directory), FailsWhenTold.class)) {
            AtomicInteger written = new AtomicInteger();
            write(written);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(written.get()));
            assertThat(service.metric("intake_sink_up")).isEqualTo(1);
            double assigned = service.metric("intake_rebalances_total{type=\"assigned\"}");

            FAILING.set(true);
            // Three polls at least are taken back, with a growing pause between them, and more is written all the time.
            await().atMost(PATIENCE).until(() -> {
                write(written);
                assertThat(service.health("/liveness")).isEqualTo(200);
                return FAILURES.get() >= 4;
            });
            assertThat(service.state()).isEqualTo("RETRYING");
            assertThat(service.metric("intake_sink_up")).isZero();
            assertThat(service.health("/readiness")).isEqualTo(200);
            JsonNode sink = service.actuator("health").get("components").get("sink");
            assertThat(sink.get("status").asString()).isEqualTo("DOWN");
            assertThat(sink.get("details").get("cause").asString()).isEqualTo("SQLException (SQL state 23505)");

            FAILING.set(false);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(written.get()));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(broker.read("outage.dlt")).hasSize(written.get() / 30));
            assertThat(service.metric("intake_records_total{outcome=\"counted\"}"))
                    .isEqualTo(written.get());
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .as("nothing of a poll that failed was stored")
                    .isZero();
            assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                    .isEqualTo(written.get() / 30.0);
            assertThat(service.metric("intake_rebalances_total{type=\"assigned\"}"))
                    .as("it kept its place in the group")
                    .isEqualTo(assigned);
            assertThat(service.metric("intake_rebalances_total{type=\"revoked\"}"))
                    .isZero();
            assertThat(service.metric("intake_sink_up")).isEqualTo(1);
            assertThat(service.state()).isEqualTo("RUNNING");
            assertThat(service.events("SINK_DOWN")).isEqualTo(1);
            assertThat(service.events("SINK_UP")).isEqualTo(1);
            List<String> said = output.getAll()
                    .lines()
                    .filter(line -> line.contains("Writing to the sink") || line.contains("SQL state 23505"))
                    .toList();
            assertThat(said).as("once when it begins, once when it is over").hasSize(2);
        }
        assertThat(output.getAll()).doesNotContain("secret");
    }

    @Test
    void recordsWhilePostgresIsDownAreCountedOnceWhenItIsBack(CapturedOutput output) throws IOException {
        broker.createTopic("postgres", 2);
        Map<String, String> properties = Service.properties(broker, "postgres", directory);
        Path data = directory.resolve("pg");
        int port;
        try (EmbeddedPostgres server = TestPostgres.start(FreePort.next(), data)) {
            port = server.getPort();
            properties.put("spring.datasource.url", server.getJdbcUrl("postgres", "postgres"));
            properties.put("spring.datasource.hikari.connection-timeout", "1000");
        }
        // Down at the start already.
        try (Service service = Service.start(properties)) {
            assertThat(service.state()).isEqualTo("SEEDING");
            assertThat(service.health("/readiness")).isEqualTo(503);
            assertThat(service.health("/liveness")).isEqualTo(200);
            broker.write("postgres", 0, Exposures.events("ad", 0, 100));
            try (EmbeddedPostgres server = TestPostgres.start(port, data)) {
                assertThat(server.getPort()).isEqualTo(port);
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(100));
            }
            broker.write("postgres", 1, Exposures.events("ad", 100, 100));
            await().atMost(PATIENCE).until(() -> service.state().equals("RETRYING"));
            assertThat(service.health("/liveness")).isEqualTo(200);
            assertThat(service.health("/readiness")).isEqualTo(200);
            assertThat(service.actuator("health").get("components").get("sink").toString())
                    .containsAnyOf("terminating connection", "refused", "not available", "I/O error");
            try (EmbeddedPostgres server = TestPostgres.start(port, data)) {
                assertThat(server.getPort()).isEqualTo(port);
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(200));
                await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
                assertThat(service.events("SINK_DOWN")).isEqualTo(2);
                assertThat(service.events("SINK_UP")).isEqualTo(2);
            }
        }
        assertThat(output.getAll().lines().filter(line -> line.contains("\tat ")))
                .as("no stack traces")
                .isEmpty();
    }

    /** Ten good records in each partition, the first of them with a person in it, and a bad one in one of them. */
    private static void write(AtomicInteger written) {
        int first = written.getAndAdd(30);
        for (int partition = 0; partition < 3; partition++) {
            broker.write("outage", partition, Exposures.events("ad", first + 10 * partition, 10));
        }
        broker.write("outage", first / 30 % 3, List.of("{\"user_id\":\"secret-user".getBytes(UTF_8)));
    }

    /** Sink that refuses to write while a test says so, as a database that quotes a row. */
    static class FailsWhenTold {

        @Bean
        static BeanPostProcessor failsWhenTold() {
            return SinkWrapper.around(sink -> poll -> {
                if (FAILING.get()) {
                    FAILURES.incrementAndGet();
                    throw new DuplicateKeyException(
                            "secret-user", new SQLException("Key (user_id)=(secret-user) exists", "23505"));
                }
                return sink.deliver(poll);
            });
        }
    }
}
