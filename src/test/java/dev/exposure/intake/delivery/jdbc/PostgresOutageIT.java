package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;

/** PostgreSQL breaking away in the middle of a transaction, between two, and before the first. */
class PostgresOutageIT {

    @TempDir
    Path folder;

    @Test
    void nothingChangesWhenSessionIsKilledInTheMiddleOfTheTransaction() throws Exception {
        try (DatabaseFixture database = new DatabaseFixture(Database.POSTGRESQL.newUrl(folder))) {
            JdbcDelivery sink = database.sink();
            sink.prepare();
            sink.deliver(List.of(slice(2, 1, record(0, 1, key("a")), record(1, 1, key("b")))));
            PartitionRecords<Exposure> slice = slice(4, 1, record(2, 1, key("a")), record(3, 1, key("b")));
            CompletableFuture<DeliveryResult> write;
            try (Connection holder = database.dataSource().getConnection()) {
                holder.setAutoCommit(false);
                holder.createStatement().execute("UPDATE exposure_count SET exposures = exposures WHERE ad_id = 'b'");
                // Has the position locked and "a" counted when it comes to wait for "b".
                write = CompletableFuture.supplyAsync(() -> sink.deliver(List.of(slice)));
                await().until(() -> killWaiting(database.jdbc()) == 1);
                holder.rollback();
            }

            assertThatThrownBy(write::get).isInstanceOf(ExecutionException.class);
            assertThat(database.counts()).isEqualTo(Map.of(key("a"), "1/10", key("b"), "1/10"));
            assertThat(database.position(P0)).isEqualTo(new Position(LOG, 2, 1));
            assertThat(sink.deliver(List.of(slice))).isEqualTo(new DeliveryResult(2, 0, 0, Set.of()));
            assertThat(database.counts()).isEqualTo(Map.of(key("a"), "2/20", key("b"), "2/20"));
        }
    }

    @Test
    void sinkRecoversWhenDatabaseIsDownAtFirstAndLaterAgain() throws Exception {
        int port = FreePort.next();
        try (DatabaseFixture database = new DatabaseFixture("jdbc:postgresql://localhost:" + port + "/postgres")) {
            database.dataSource().getHikariConfigMXBean().setConnectionTimeout(1_000);
            JdbcDelivery sink = database.sink();
            PartitionRecords<Exposure> slice = slice(1, 1, record(0, 1));
            assertThatThrownBy(sink::prepare).isInstanceOf(CannotCreateTransactionException.class);
            assertThatThrownBy(() -> sink.positions(Slices.LOG.clusterId(), Set.of(P0)))
                    .isInstanceOf(CannotCreateTransactionException.class);

            try (EmbeddedPostgres server = TestPostgres.start(port, folder.resolve("pg"))) {
                assertThat(server.getPort()).isEqualTo(port);
                repeatUntilPrepared(sink);
                assertThat(sink.deliver(List.of(slice)).processed()).isEqualTo(1);
            }
            Instant start = Instant.now();
            assertThatThrownBy(() -> sink.deliver(List.of(slice))).isInstanceOf(RuntimeException.class);
            assertThat(Duration.between(start, Instant.now()))
                    .as("the pool's limit of 1 s")
                    .isLessThan(Duration.ofSeconds(25));

            try (EmbeddedPostgres server = TestPostgres.start(port, folder.resolve("pg"))) {
                assertThat(server.getPort()).isEqualTo(port);
                repeatUntilPrepared(sink);
                assertThat(sink.deliver(List.of(slice))).isEqualTo(new DeliveryResult(0, 1, 0, Set.of()));
                assertThat(database.exposures()).isEqualTo(1);
            }
        }
    }

    @Test
    void answerIsNotAwaitedForEverWhenServerIsSilent() throws Exception {
        try (DatabaseFixture database = new DatabaseFixture(Database.POSTGRESQL.newUrl(folder))) {
            Transactions transactions = new Transactions(
                    database.dataSource(),
                    database.jdbc(),
                    new JdbcTransactionManager(database.dataSource()),
                    Duration.ofMillis(300));

            assertThatThrownBy(() -> transactions.execute(status -> {
                        try (Statement statement = connection(database).createStatement()) {
                            return statement.execute("SELECT pg_sleep(30)"); // unknown to the query timeout
                        } catch (SQLException ex) {
                            throw new IllegalStateException(ex);
                        }
                    }))
                    .rootCause()
                    .isInstanceOf(SocketTimeoutException.class);
            int during = transactions.execute(status -> networkTimeout(connection(database)));
            assertThat(during).isEqualTo(2_300);
            try (Connection connection = database.dataSource().getConnection()) {
                assertThat(connection.getNetworkTimeout()).as("reset").isZero();
            }
        }
    }

    @Test
    void networkTimeoutIsResetWhenThePoolDoesNot() throws Exception {
        SingleConnectionDataSource single =
                new SingleConnectionDataSource(Database.POSTGRESQL.newUrl(folder), "postgres", "", true);
        try {
            Transactions transactions = new Transactions(
                    single, new JdbcTemplate(single), new JdbcTransactionManager(single), Duration.ofSeconds(5));

            int during = transactions.execute(status -> networkTimeout(DataSourceUtils.getConnection(single)));

            assertThat(during).isEqualTo(7_000);
            assertThat(single.getConnection().getNetworkTimeout()).isZero();
        } finally {
            single.destroy();
        }
    }

    @Test
    void nothingIsKeptPreparedInTheServerThatAPoolerWouldGiveToAnother() throws Exception {
        SingleConnectionDataSource single =
                new SingleConnectionDataSource(Database.POSTGRESQL.newUrl(folder), "postgres", "", true);
        try (DatabaseFixture database = new DatabaseFixture(single.getUrl())) {
            JdbcDelivery sink = database.sink(single, DatabaseFixture.LIMIT);
            sink.prepare();
            for (int i = 0; i < 20; i++) {
                sink.deliver(List.of(slice(i + 1, 1, record(i, 1))));
                sink.positions(LOG.clusterId(), Set.of(P0));
            }

            try (Statement statement = single.getConnection().createStatement();
                    ResultSet names = statement.executeQuery("SELECT statement FROM pg_prepared_statements")) {
                assertThat(names.next()).isFalse();
            }
            assertThat(single.getConnection().unwrap(PGConnection.class).getPrepareThreshold())
                    .as("of the application's own statements")
                    .isEqualTo(5);
        } finally {
            single.destroy();
        }
    }

    private static Connection connection(DatabaseFixture database) {
        return DataSourceUtils.getConnection(database.dataSource());
    }

    private static int networkTimeout(Connection connection) {
        try {
            return connection.getNetworkTimeout();
        } catch (SQLException ex) {
            throw new IllegalStateException(ex);
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
