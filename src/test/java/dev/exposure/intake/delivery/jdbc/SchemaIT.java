package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.delivery.DeliveryResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The tables that {@code prepare()} makes; their names are public. */
@ParameterizedClass
@EnumSource(Database.class)
class SchemaIT {

    @Parameter
    Database kind;

    @TempDir
    Path folder;

    @Test
    void tablesAreAsPublishedWhenPrepared() throws SQLException {
        try (DatabaseFixture database = prepared()) {
            assertThat(columns(database, "exposure_count"))
                    .containsExactly("minute", "campaign_id", "ad_id", "slot_id", "exposures", "price_micros");
            assertThat(keyOf(database, "exposure_count")).containsExactly("minute", "campaign_id", "ad_id", "slot_id");
            assertThat(columns(database, "partition_position"))
                    .containsExactly(
                            "consumer_group",
                            "cluster_id",
                            "topic",
                            "partition",
                            "topic_id",
                            "next_offset",
                            "leader_epoch",
                            "epoch_offset",
                            "updated_at",
                            "account_from",
                            "account_since",
                            "processed",
                            "duplicate",
                            "test",
                            "dead_letter",
                            "lost",
                            "no_record",
                            "processed_before",
                            "off_before");
            assertThat(keyOf(database, "partition_position"))
                    .containsExactly("consumer_group", "cluster_id", "topic", "partition");
            assertThat(columns(database, "counted_exposure"))
                    .containsExactly("consumer_group", "exposure_id", "counted_at");
            assertThat(keyOf(database, "counted_exposure")).containsExactly("consumer_group", "exposure_id");
        }
    }

    @Test
    void nullIsRefusedWhenWrittenByHand() {
        try (DatabaseFixture database = prepared()) {
            String insert = "INSERT INTO exposure_count VALUES (CURRENT_TIMESTAMP, NULL, 'ad', '', 1, 0)";

            assertThatExceptionOfType(DataIntegrityViolationException.class)
                    .isThrownBy(() -> database.jdbc().execute(insert));
        }
    }

    @Test
    void minuteNeedsNoQuotesWhenQueried() {
        try (DatabaseFixture database = prepared()) {
            database.sink().deliver(List.of(slice(1, 1, record(0, 1))));

            assertThat(database.jdbc().queryForList("SELECT minute FROM exposure_count ORDER BY minute"))
                    .hasSize(1);
        }
    }

    @Test
    void dataStaysWhenPreparedAgain() {
        try (DatabaseFixture database = prepared()) {
            database.sink().deliver(List.of(slice(1, 1, record(0, 1))));

            database.sink().prepare();

            assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "1/10"));
        }
    }

    @Test
    void countsStayWhenDatabaseOfTheFirstVersionIsPrepared() {
        try (DatabaseFixture database = new DatabaseFixture(kind.newUrl(folder))) {
            Flyway.configure()
                    .dataSource(database.dataSource())
                    .locations(Migrations.LOCATION + kind.name().toLowerCase(Locale.ROOT))
                    .table(Migrations.HISTORY_TABLE)
                    .target("1")
                    .load()
                    .migrate();
            database.sink().deliver(List.of(slice(1, 1, record(0, 1))));

            JdbcDelivery sink = database.sink(Duration.ofHours(1));
            sink.prepare();

            assertThat(sink.deliver(List.of(slice(2, 1, record(0, 1), record(1, 1)))))
                    .isEqualTo(new DeliveryResult(1, 1, 0, Set.of()));
            assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "2/20"));
        }
    }

    @Test
    void tablesAreMadeBesideThoseOfAnApplicationWithMigrationsOfItsOwn(@TempDir Path migrations) throws IOException {
        Files.writeString(migrations.resolve("V1__own.sql"), "CREATE TABLE own (id bigint PRIMARY KEY);");
        try (DatabaseFixture database = new DatabaseFixture(kind.newUrl(folder))) {
            Flyway.configure()
                    .dataSource(database.dataSource())
                    .locations("filesystem:" + migrations)
                    .load()
                    .migrate();

            database.sink().prepare();
            database.sink().deliver(List.of(slice(1, 1, record(0, 1))));

            assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "1/10"));
        }
    }

    @Test
    void tablesAreLeftToOthersWhenFlywayIsOff() {
        try (DatabaseFixture database = new DatabaseFixture(kind.newUrl(folder))) {
            new JdbcDelivery(
                            database.dataSource(),
                            new JdbcTransactionManager(database.dataSource()),
                            exposures -> {},
                            "group",
                            new Migrations(null),
                            Duration.ZERO,
                            Duration.ZERO,
                            DatabaseFixture.LIMIT,
                            database.outages)
                    .prepare();

            assertThatThrownBy(database::counts).hasMessageContaining("exposure_count");
        }
    }

    private DatabaseFixture prepared() {
        DatabaseFixture database = new DatabaseFixture(kind.newUrl(folder));
        database.sink().prepare();
        return database;
    }

    private List<String> columns(DatabaseFixture database, String table) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                ResultSet columns = connection.getMetaData().getColumns(null, null, stored(table), null)) {
            return names(columns);
        }
    }

    private List<String> keyOf(DatabaseFixture database, String table) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                ResultSet key = connection.getMetaData().getPrimaryKeys(null, null, stored(table))) {
            SortedMap<Integer, String> names = new TreeMap<>();
            while (key.next()) {
                names.put(key.getInt("KEY_SEQ"), key.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
            }
            return List.copyOf(names.values());
        }
    }

    private String stored(String name) {
        return kind == Database.H2 ? name.toUpperCase(Locale.ROOT) : name;
    }

    private static List<String> names(ResultSet rows) throws SQLException {
        List<String> names = new ArrayList<>();
        while (rows.next()) {
            names.add(rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
