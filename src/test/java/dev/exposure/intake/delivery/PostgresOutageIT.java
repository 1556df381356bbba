package dev.exposure.intake.delivery;

import static dev.exposure.intake.delivery.Slices.LOG;
import static dev.exposure.intake.delivery.Slices.P0;
import static dev.exposure.intake.delivery.Slices.key;
import static dev.exposure.intake.delivery.Slices.record;
import static dev.exposure.intake.delivery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** PostgreSQL breaking away in the middle of a transaction, between two, and before the first. */
class PostgresOutageIT {

    @TempDir
    Path folder;

    @Test
    void nothingChangesWhenSessionIsKilledInTheMiddleOfTheTransaction() throws Exception {
        try (DatabaseFixture database = new DatabaseFixture(Database.POSTGRESQL.newUrl(folder))) {
            JdbcDelivery sink = database.sink();
            sink.prepare();
            sink.write(List.of(slice(2, 1, record(0, 1, key("a")), record(1, 1, key("b")))));
            Slice slice = slice(4, 1, record(2, 1, key("a")), record(3, 1, key("b")));
            CompletableFuture<DeliveryResult> write;
            try (Connection holder = database.dataSource().getConnection()) {
                holder.setAutoCommit(false);
                holder.createStatement().execute("UPDATE exposure_count SET exposures = exposures WHERE ad_id = 'b'");
                // Has the position locked and "a" counted when it comes to wait for "b".
                write = CompletableFuture.supplyAsync(() -> sink.write(List.of(slice)));
                await().until(() -> killWaiting(database.jdbc()) == 1);
                holder.rollback();
            }

            assertThatThrownBy(write::get).isInstanceOf(ExecutionException.class);
            assertThat(database.counts()).isEqualTo(Map.of(key("a"), "1/10", key("b"), "1/10"));
            assertThat(database.position(P0)).isEqualTo(new Position(LOG, 2, 1));
            assertThat(sink.write(List.of(slice))).isEqualTo(new DeliveryResult(2, 0, 0, Set.of()));
            assertThat(database.counts()).isEqualTo(Map.of(key("a"), "2/20", key("b"), "2/20"));
        }
    }

    @Test
    void sinkRecoversWhenDatabaseIsDownAtFirstAndLaterAgain() throws Exception {
        int port = FreePort.next();
        try (DatabaseFixture database = new DatabaseFixture("jdbc:postgresql://localhost:" + port + "/postgres")) {
            database.dataSource().getHikariConfigMXBean().setConnectionTimeout(1_000);
            JdbcDelivery sink = database.sink();
            Slice slice = slice(1, 1, record(0, 1));
            assertThatThrownBy(sink::prepare).isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> sink.positions(Set.of(P0))).isInstanceOf(DataAccessException.class);

            try (EmbeddedPostgres server = TestPostgres.start(port, folder.resolve("pg"))) {
                assertThat(server.getPort()).isEqualTo(port);
                repeatUntilPrepared(sink);
                assertThat(sink.write(List.of(slice)).counted()).isEqualTo(1);
            }
            Instant start = Instant.now();
            assertThatThrownBy(() -> sink.write(List.of(slice))).isInstanceOf(RuntimeException.class);
            assertThat(Duration.between(start, Instant.now()))
                    .as("the pool's limit of 1 s")
                    .isLessThan(Duration.ofSeconds(10));

            try (EmbeddedPostgres server = TestPostgres.start(port, folder.resolve("pg"))) {
                assertThat(server.getPort()).isEqualTo(port);
                repeatUntilPrepared(sink);
                assertThat(sink.write(List.of(slice))).isEqualTo(new DeliveryResult(0, 1, 0, Set.of()));
                assertThat(database.exposures()).isEqualTo(1);
            }
        }
    }

    @Test
    void answerIsNotAwaitedForEverWhenServerIsSilent() throws Exception {
        try (DatabaseFixture database = new DatabaseFixture(Database.POSTGRESQL.newUrl(folder))) {
            BoundedDataSource bounded = new BoundedDataSource(database.dataSource(), Duration.ofMillis(300));

            try (Connection connection = bounded.getConnection()) {
                assertThatThrownBy(() -> connection.createStatement().execute("SELECT pg_sleep(30)"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("I/O error");
            }
            try (Connection connection = bounded.getConnection()) {
                assertThat(connection.getNetworkTimeout()).isEqualTo(300);
            }
            try (Connection connection = database.dataSource().getConnection()) {
                assertThat(connection.getNetworkTimeout())
                        .as("reset by the pool")
                        .isZero();
            }
        }
    }

    /** As the application does; for a while the pool may lend connections from before, or none. */
    private static void repeatUntilPrepared(Delivery sink) {
        await().untilAsserted(() -> assertThatCode(sink::prepare).doesNotThrowAnyException());
    }

    private static int killWaiting(JdbcTemplate jdbc) {
        return jdbc.queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                .size();
    }
}
