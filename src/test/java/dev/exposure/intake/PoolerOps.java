package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Counts behind a real PgBouncer, with the plain URL: its sessions of the server are anybody's, from one transaction to the next. */
class PoolerOps {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int PARTITIONS = 4;
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void countsAreExactWithSeveralThreadsAndAfterRestarts(String mode) throws Exception {
        String topic = "pooled-" + mode;
        broker.createTopic(topic, PARTITIONS);
        try (PgBouncer pooler = new PgBouncer(TestPostgres.url(topic), mode)) {
            Map<String, String> properties = Service.properties(broker, topic, directory);
            properties.put("spring.datasource.url", pooler.url());
            properties.put("spring.datasource.username", "postgres");
            properties.put("spring.datasource.password", "");
            properties.put("spring.kafka.listener.concurrency", String.valueOf(PARTITIONS));
            properties.put("intake.poll.max-records", "25");
            properties.put("intake.dedupe.window", "1h");
            int written = 0;
            for (int start = 0; start < 3; start++) {
                try (Service service = Service.start(properties)) {
                    for (int partition = 0; partition < PARTITIONS; partition++) {
                        broker.write(topic, partition, Exposures.events("ad", written, 1_000));
                        written += 1_000;
                    }
                    int expected = written;
                    await().atMost(PATIENCE).untilAsserted(() -> assertExact(service, expected));
                    assertThat(service.events("SINK_DOWN")).isZero();
                    assertThat(service.events("POSITIONS_WENT_BACK")).isZero();
                }
            }
        }
    }

    /** That the pooler is one which takes the sessions apart, so that the test above shows something. */
    @Test
    void aNamedStatementIsNotKnownToThePoolersOtherSessions() throws Exception {
        try (PgBouncer pooler = new PgBouncer(TestPostgres.url("pooled"), "transaction")) {
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Thread thread = new Thread(() -> {
                    // One connection each, whose statements get a name from the first time on.
                    try (Connection connection = new DriverManagerDataSource(
                                    pooler.url() + "?prepareThreshold=1", "postgres", "")
                            .getConnection()) {
                        JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
                        for (int number = 0; number < 500; number++) {
                            jdbc.queryForObject("SELECT CAST(? AS integer)", Integer.class, number);
                        }
                    } catch (Exception ex) {
                        synchronized (failures) {
                            failures.add(ex);
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures)
                    .isNotEmpty()
                    .anySatisfy(failure -> assertThat(failure).rootCause().hasMessageContaining("prepared statement"));
        }
    }

    private static void assertExact(Service service, long written) {
        JsonNode balance = service.actuator("balance?counts=true");
        assertThat(balance.get("off").asLong()).isZero();
        assertThat(balance.path("counts").path("table").asLong(-1)).isEqualTo(written);
        assertThat(balance.path("counts").path("processed").asLong(-1)).isEqualTo(written);
    }

    /** A pooler with fewer sessions than its clients have. */
    private static final class PgBouncer implements AutoCloseable {

        private final int port = FreePort.next();
        private final String database;
        private final Path folder;
        private final Process process;

        private PgBouncer(String postgres, String mode) throws IOException {
            URI uri = URI.create(postgres.substring("jdbc:".length()));
            this.database = uri.getPath().substring(1);
            // Another user than root reads it.
            this.folder = Files.createTempDirectory(
                    "pgbouncer", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path users = Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n");
            Path log = folder.resolve("pgbouncer.log");
            Path configuration = Files.writeString(folder.resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%s user=postgres

                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %s
                    unix_socket_dir =
                    auth_type = any
                    auth_file = %s
                    pool_mode = %s
                    default_pool_size = %s
                    max_client_conn = 100
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(
                            uri.getPort(), port, users.toAbsolutePath(), mode, mode.equals("session") ? 30 : 3));
            String executable = Objects.requireNonNull(System.getProperty("pgbouncer"), "-Dpgbouncer=... is not set");
            List<String> command = new ArrayList<>(
                    List.of(executable, configuration.toAbsolutePath().toString()));
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(1, List.of("-u", "nobody")); // it refuses to run as root
            }
            this.process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            await("PgBouncer, see " + log).atMost(PATIENCE).ignoreExceptions().until(() -> {
                new JdbcTemplate(new DriverManagerDataSource(url(), "postgres", "")).execute("SELECT 1");
                return true;
            });
        }

        private String url() {
            return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
        }

        @Override
        public void close() throws IOException, InterruptedException {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            FileSystemUtils.deleteRecursively(folder);
        }
    }
}
