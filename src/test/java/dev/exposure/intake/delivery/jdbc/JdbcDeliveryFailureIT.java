package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;

/** Writes that fail change nothing, end in bounded time, and succeed when repeated. */
@ParameterizedClass
@EnumSource(Database.class)
class JdbcDeliveryFailureIT {

    @Parameter
    Database kind;

    @TempDir
    Path folder;

    private DatabaseFixture database;
    private JdbcDelivery sink;

    @BeforeEach
    void open() {
        database = new DatabaseFixture(kind.newUrl(folder));
        sink = database.sink();
        sink.prepare();
        sink.deliver(List.of(range(P0, 0, 10, 1)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void nothingChangesWhenWriteFailsAfterTheCounts() {
        Map<CountKey, String> before = database.counts();
        PartitionRecords<Exposure> slice = range(P0, 0, 60, 1);
        database.jdbc().execute("ALTER TABLE partition_position ADD CONSTRAINT full_disk CHECK (next_offset < 50)");

        assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> sink.deliver(List.of(slice)));

        assertThat(database.counts()).isEqualTo(before);
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 10, 1));
        database.jdbc().execute("ALTER TABLE partition_position DROP CONSTRAINT full_disk");
        assertThat(sink.deliver(List.of(slice))).isEqualTo(new DeliveryResult(50, 10, 0, Set.of()));
        assertThat(database.counts())
                .hasSize(60)
                .allSatisfy((key, count) -> assertThat(count).isEqualTo("1/10"));
    }

    @Test
    void originalFailureSurfacesWhenConflictDoesNotGoAway() {
        database.jdbc().execute("CREATE UNIQUE INDEX one_row ON partition_position (consumer_group)");

        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> sink.deliver(List.of(slice(Slices.partition(1), 1, 1, record(0, 1)))));
        assertThat(database.exposures()).isEqualTo(10);
    }

    @Test
    void writeFailsWithinItsLimitWhenAnotherHoldsTheRows() throws SQLException {
        JdbcDelivery hasty = database.sink(database.dataSource(), Duration.ofSeconds(1));
        PartitionRecords<Exposure> slice = slice(11, 1, record(10, 1, key("ad-0")));
        Instant start = Instant.now();
        try (Connection holder = database.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("UPDATE exposure_count SET exposures = exposures");

            assertThatThrownBy(() -> hasty.deliver(List.of(slice))).isInstanceOf(DataAccessException.class);

            holder.rollback();
        }

        // H2 waits for a lock as long as its URL says, 5 s, and heeds no query timeout meanwhile.
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(60));
        assertThat(hasty.deliver(List.of(slice))).isEqualTo(new DeliveryResult(1, 0, 0, Set.of()));
    }

    @Test
    void writeAndPositionsFailWhenTablesAreMissing() {
        database.jdbc().execute("DROP TABLE partition_position");

        assertThatThrownBy(() -> sink.deliver(List.of(slice(11, 1)))).isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> sink.positions(Slices.LOG.clusterId(), Set.of(P0)))
                .isInstanceOf(DataAccessException.class);
    }
}
