package dev.exposure.intake.faults;

import dev.exposure.intake.faults.Ledger.Row;
import dev.exposure.intake.faults.Ledger.Sum;
import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A PostgreSQL server that can be stopped, and started again with its data and on its port. */
final class Database implements AutoCloseable {

    private final Path data;
    private final int port = FreePort.next();
    private EmbeddedPostgres server;

    private Database(Path data) {
        this.data = data;
    }

    /** Starts a server with its data in the directory. */
    static Database start(Path directory) {
        Database database = new Database(directory.resolve("postgres"));
        database.start();
        return database;
    }

    /** Starts the server again. */
    void start() {
        try {
            server = TestPostgres.start(port, data);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Stops the server, cutting all connections. */
    void stop() {
        try {
            server.close();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** Makes each transaction that counts last this much longer, while it holds its locks. */
    void slowWrites(Duration time) {
        execute("CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep("
                + time.toMillis() / 1000.0 + "); RETURN NULL; END $$");
        execute("CREATE TRIGGER wait AFTER UPDATE ON partition_position FOR EACH STATEMENT EXECUTE FUNCTION wait()");
    }

    /** Ends what {@link #slowWrites} began. */
    void fastWrites() {
        execute("DROP TRIGGER wait ON partition_position");
        execute("DROP FUNCTION wait()");
    }

    /** Runs one statement. */
    void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /**
     * Cuts the connections of all others that are in the middle of a transaction.
     *
     * @return how many were cut
     */
    int cutTransactions() throws SQLException {
        String cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND backend_type = 'client backend' AND xact_start IS NOT NULL";
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(cut)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Rows of the table of counts. */
    Map<Row, Sum> counts() {
        String select = "SELECT CAST(extract(epoch FROM minute) AS bigint), ad_id, sum(exposures), sum(price_micros)"
                + " FROM exposure_count GROUP BY 1, 2";
        Map<Row, Sum> rows = new HashMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(select)) {
            while (row.next()) {
                rows.put(new Row(row.getLong(1), row.getString(2)), new Sum(row.getLong(3), row.getLong(4)));
            }
        } catch (SQLException ex) {
            throw new IllegalStateException(ex);
        }
        return rows;
    }

    /** Stored position of each partition of the topic that has one. */
    Map<Integer, Long> positions(String topic) throws SQLException {
        Map<Integer, Long> positions = new HashMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT topic, partition, next_offset FROM partition_position")) {
            while (row.next()) {
                if (row.getString(1).equals(topic)) {
                    positions.put(row.getInt(2), row.getLong(3));
                }
            }
        }
        return positions;
    }

    /** Creates a database of this name beside the one that the instances of a scene use, and gives its URL. */
    String create(String name) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException ex) {
            throw new IllegalStateException(ex);
        }
        return url().replaceFirst("/[^/?]+(\\?|$)", "/" + name + "$1");
    }

    /** Partitions whose account does not have an outcome for each offset, and by how much each is off. */
    Map<String, Long> accountsThatAreOff() {
        Map<String, Long> off = new TreeMap<>();
        query(
                "SELECT topic || '-' || partition, off_before + next_offset - account_from"
                        + " - (processed + duplicate + test + dead_letter + lost + no_record) FROM partition_position",
                row -> {
                    if (row.getLong(2) != 0) {
                        off.put(row.getString(1), row.getLong(2));
                    }
                });
        return off;
    }

    /** Exposures in the table of counts, less those that the accounts say were processed. */
    long countsLessProcessed() {
        long[] difference = {0};
        query(
                "SELECT (SELECT COALESCE(sum(exposures), 0) FROM exposure_count)"
                        + " - (SELECT COALESCE(sum(processed + processed_before), 0) FROM partition_position)",
                row -> difference[0] = row.getLong(1));
        return difference[0];
    }

    /** Transactions committed in the database of this name, as far as the server's statistics have them, about a second ago. */
    long commits(String name) {
        long[] commits = {0};
        query(
                "SELECT xact_commit FROM pg_stat_database WHERE datname = '" + name + "'",
                row -> commits[0] = row.getLong(1));
        return commits[0];
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, RowReader reader) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                reader.read(row);
            }
        } catch (SQLException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", "postgres");
    }

    @Override
    public void close() {
        stop();
    }
}
