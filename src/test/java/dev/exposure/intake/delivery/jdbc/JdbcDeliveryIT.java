package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.MINUTE;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static dev.exposure.intake.delivery.jdbc.Slices.test;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import java.nio.file.Path;
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

/** What a write counts and where it leaves the position, in each database. */
@ParameterizedClass
@EnumSource(Database.class)
class JdbcDeliveryIT {

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
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void everythingCountsWhenNoPositionIsStored() {
        DeliveryResult result = sink.deliver(List.of(slice(7, 3, record(4, 3), record(6, 3))));

        assertThat(result).isEqualTo(new DeliveryResult(2, 0, 0, Set.of()));
        assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "2/20"));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 7, 3));
    }

    @Test
    void nothingCountsTwiceWhenWriteIsRepeated() {
        PartitionRecords<Exposure> slice = slice(3, 1, record(0, 1), test(1, 1), record(2, 1));
        sink.deliver(List.of(slice));

        DeliveryResult repeated = sink.deliver(List.of(slice));

        assertThat(repeated).isEqualTo(new DeliveryResult(0, 3, 0, Set.of()));
        assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "2/20"));
    }

    @Test
    void onlyRecordsAbovePositionCountWhenSliceOverlaps() {
        sink.deliver(List.of(range(P0, 0, 10, 1)));

        DeliveryResult result = sink.deliver(List.of(range(P0, 5, 12, 1)));

        assertThat(result).isEqualTo(new DeliveryResult(2, 5, 0, Set.of()));
        assertThat(database.counts())
                .hasSize(12)
                .allSatisfy((key, count) -> assertThat(count).isEqualTo("1/10"));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 12, 1));
    }

    @Test
    void positionRowIsUntouchedWhenSliceLiesBelow() {
        sink.deliver(List.of(range(P0, 0, 10, 4)));
        Map<String, Object> before = database.jdbc().queryForMap("SELECT * FROM partition_position");

        sink.deliver(List.of(range(P0, 2, 6, 3)));

        assertThat(database.jdbc().queryForMap("SELECT * FROM partition_position"))
                .isEqualTo(before);
    }

    @Test
    void positionAdvancesWhenEveryRecordWasRejected() {
        sink.deliver(List.of(slice(10, 1)));
        DeliveryResult result = sink.deliver(List.of(slice(20, 2)));

        assertThat(result).isEqualTo(new DeliveryResult(0, 0, 0, Set.of()));
        assertThat(database.counts()).isEmpty();
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 20, 2));
    }

    @Test
    void testExposuresAreNotCountedWhenTheyAdvanceThePosition() {
        DeliveryResult result = sink.deliver(List.of(slice(2, 1, test(0, 1), test(1, 1))));

        assertThat(result).isEqualTo(new DeliveryResult(0, 0, 2, Set.of()));
        assertThat(database.counts()).isEmpty();
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 2, 1));
    }

    @Test
    void newBranchCountsAndPositionMovesBackWhenLogWasTruncated() {
        sink.deliver(List.of(range(P0, 0, 100, 5)));

        DeliveryResult regrown = sink.deliver(
                List.of(slice(83, 6, record(80, 5, key("old")), record(81, 6, key("new")), record(82, 6, key("new")))));
        DeliveryResult onward =
                sink.deliver(List.of(slice(120, 6, record(83, 6, key("new")), record(119, 6, key("new")))));

        assertThat(regrown).isEqualTo(new DeliveryResult(2, 1, 0, Set.of(P0)));
        assertThat(onward).isEqualTo(new DeliveryResult(2, 0, 0, Set.of()));
        assertThat(database.counts()).containsEntry(key("new"), "4/40").doesNotContainKey(key("old"));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 120, 6));
    }

    @Test
    void positionAdvancesWhenTruncatedLogHasGrownBeyondIt() {
        sink.deliver(List.of(range(P0, 0, 100, 5)));

        DeliveryResult result = sink.deliver(List.of(slice(106, 6, record(80, 5), record(90, 6), record(105, 6))));

        assertThat(result).isEqualTo(new DeliveryResult(2, 1, 0, Set.of(P0)));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 106, 6));
    }

    @Test
    void slicesCountOneAfterTheOtherWhenOfOnePartition() {
        DeliveryResult result = sink.deliver(List.of(range(P0, 0, 6, 1), range(P0, 4, 9, 1)));

        assertThat(result).isEqualTo(new DeliveryResult(9, 2, 0, Set.of()));
        assertThat(database.exposures()).isEqualTo(9);
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 9, 1));
    }

    @Test
    void minutesAndAbsentIdsAreKeptApartWhenCounted() {
        Instant next = MINUTE.plusSeconds(60);
        CountKey bare = new CountKey(next, "", "ad", "");
        sink.deliver(List.of(slice(3, 1, record(0, 1), record(1, 1, bare), record(2, 1, bare))));

        assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "1/10", bare, "2/20"));
    }

    @Test
    void nothingHappensWhenThereIsNothingToWriteOrToAsk() {
        assertThat(sink.deliver(List.of())).isEqualTo(new DeliveryResult(0, 0, 0, Set.of()));
        assertThat(sink.positions(Slices.LOG.clusterId(), Set.of())).isEmpty();
    }
}
