package dev.exposure.intake.delivery;

import static dev.exposure.intake.delivery.Slices.LOG;
import static dev.exposure.intake.delivery.Slices.MINUTE;
import static dev.exposure.intake.delivery.Slices.P0;
import static dev.exposure.intake.delivery.Slices.key;
import static dev.exposure.intake.delivery.Slices.partition;
import static dev.exposure.intake.delivery.Slices.range;
import static dev.exposure.intake.delivery.Slices.record;
import static dev.exposure.intake.delivery.Slices.slice;
import static dev.exposure.intake.delivery.Slices.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.partition.LogId;
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
        DeliveryResult result = sink.write(List.of(slice(7, 3, record(4, 3), record(6, 3))));

        assertThat(result).isEqualTo(new DeliveryResult(2, 0, 0, Set.of()));
        assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "2/20"));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 7, 3));
    }

    @Test
    void nothingCountsTwiceWhenWriteIsRepeated() {
        Slice slice = slice(3, 1, record(0, 1), test(1, 1), record(2, 1));
        sink.write(List.of(slice));

        DeliveryResult repeated = sink.write(List.of(slice));

        assertThat(repeated).isEqualTo(new DeliveryResult(0, 3, 0, Set.of()));
        assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "2/20"));
    }

    @Test
    void onlyRecordsAbovePositionCountWhenSliceOverlaps() {
        sink.write(List.of(range(P0, 0, 10, 1)));

        DeliveryResult result = sink.write(List.of(range(P0, 5, 12, 1)));

        assertThat(result).isEqualTo(new DeliveryResult(2, 5, 0, Set.of()));
        assertThat(database.counts())
                .hasSize(12)
                .allSatisfy((key, count) -> assertThat(count).isEqualTo("1/10"));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 12, 1));
    }

    @Test
    void positionRowIsUntouchedWhenSliceLiesBelow() {
        sink.write(List.of(range(P0, 0, 10, 4)));
        Map<String, Object> before = database.jdbc().queryForMap("SELECT * FROM partition_position");

        sink.write(List.of(range(P0, 2, 6, 3)));

        assertThat(database.jdbc().queryForMap("SELECT * FROM partition_position"))
                .isEqualTo(before);
    }

    @Test
    void positionAdvancesWhenEveryRecordWasRejected() {
        sink.write(List.of(slice(10, 1)));
        DeliveryResult result = sink.write(List.of(slice(20, 2)));

        assertThat(result).isEqualTo(new DeliveryResult(0, 0, 0, Set.of()));
        assertThat(database.counts()).isEmpty();
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 20, 2));
    }

    @Test
    void testExposuresAreNotCountedWhenTheyAdvanceThePosition() {
        DeliveryResult result = sink.write(List.of(slice(2, 1, test(0, 1), test(1, 1))));

        assertThat(result).isEqualTo(new DeliveryResult(0, 0, 2, Set.of()));
        assertThat(database.counts()).isEmpty();
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 2, 1));
    }

    @Test
    void newBranchCountsAndPositionMovesBackWhenLogWasTruncated() {
        sink.write(List.of(range(P0, 0, 100, 5)));

        DeliveryResult regrown = sink.write(
                List.of(slice(83, 6, record(80, 5, key("old")), record(81, 6, key("new")), record(82, 6, key("new")))));
        DeliveryResult onward =
                sink.write(List.of(slice(120, 6, record(83, 6, key("new")), record(119, 6, key("new")))));

        assertThat(regrown).isEqualTo(new DeliveryResult(2, 1, 0, Set.of(P0)));
        assertThat(onward).isEqualTo(new DeliveryResult(2, 0, 0, Set.of()));
        assertThat(database.counts()).containsEntry(key("new"), "4/40").doesNotContainKey(key("old"));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 120, 6));
    }

    @Test
    void positionAdvancesWhenTruncatedLogHasGrownBeyondIt() {
        sink.write(List.of(range(P0, 0, 100, 5)));

        DeliveryResult result = sink.write(List.of(slice(106, 6, record(80, 5), record(90, 6), record(105, 6))));

        assertThat(result).isEqualTo(new DeliveryResult(2, 1, 0, Set.of(P0)));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 106, 6));
    }

    @Test
    void everythingCountsWhenLogReplacesThatOfTheStoredPosition() {
        sink.write(List.of(range(P0, 0, 100, 5)));
        LogId recreated = new LogId(LOG.clusterId(), "topic-id-2");
        LogId migrated = new LogId("cluster-2", "topic-id-2");

        DeliveryResult first =
                sink.write(List.of(new Slice(P0, recreated, 2, 0, List.of(record(0, 0), record(1, 0)), LOG)));
        Position afterFirst = database.position(P0);
        DeliveryResult second = sink.write(List.of(new Slice(P0, migrated, 1, 0, List.of(record(0, 0)), recreated)));

        assertThat(first).isEqualTo(new DeliveryResult(2, 0, 0, Set.of()));
        assertThat(afterFirst).isEqualTo(new Position(recreated, 2, 0));
        assertThat(second).isEqualTo(new DeliveryResult(1, 0, 0, Set.of()));
        assertThat(database.position(P0)).isEqualTo(new Position(migrated, 1, 0));
    }

    @Test
    void nothingChangesWhenFormerOwnerWritesRecordsOfTheOldLog() {
        LogId recreated = new LogId(LOG.clusterId(), "topic-id-2");
        sink.write(List.of(range(P0, 0, 100, 5)));
        sink.write(List.of(new Slice(P0, recreated, 2, 0, List.of(record(0, 0), record(1, 0)), LOG)));

        assertThatThrownBy(() -> sink.write(List.of(range(partition(2), 0, 3, 1), range(P0, 100, 110, 5))))
                .isInstanceOf(OtherLogException.class);

        assertThat(database.exposures()).isEqualTo(102);
        assertThat(database.position(P0)).isEqualTo(new Position(recreated, 2, 0));
        assertThat(database.position(partition(2))).as("all or nothing").isNull();
    }

    @Test
    void partitionsAreJudgedApartWhenWrittenTogether() {
        sink.write(List.of(range(P0, 0, 10, 1)));

        DeliveryResult result =
                sink.write(List.of(range(partition(11), 0, 3, 1), range(P0, 8, 12, 1), range(partition(2), 5, 6, 1)));

        assertThat(result).isEqualTo(new DeliveryResult(6, 2, 0, Set.of()));
        assertThat(sink.positions(Set.of(P0, partition(2), partition(11), partition(99))))
                .isEqualTo(Map.of(
                        P0,
                        new Position(LOG, 12, 1),
                        partition(2),
                        new Position(LOG, 6, 1),
                        partition(11),
                        new Position(LOG, 3, 1)));
    }

    @Test
    void slicesCountOneAfterTheOtherWhenOfOnePartition() {
        DeliveryResult result = sink.write(List.of(range(P0, 0, 6, 1), range(P0, 4, 9, 1)));

        assertThat(result).isEqualTo(new DeliveryResult(9, 2, 0, Set.of()));
        assertThat(database.exposures()).isEqualTo(9);
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 9, 1));
    }

    @Test
    void groupsHaveTheirOwnPositionsWhenTheyShareTables() {
        JdbcDelivery other = database.sink("other");
        sink.write(List.of(slice(5, 1)));

        assertThat(other.positions(Set.of(P0))).isEmpty();
        other.write(List.of(slice(2, 1)));

        assertThat(other.positions(Set.of(P0))).isEqualTo(Map.of(P0, new Position(LOG, 2, 1)));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 5, 1));
    }

    @Test
    void minutesAndAbsentIdsAreKeptApartWhenCounted() {
        Instant next = MINUTE.plusSeconds(60);
        CountKey bare = new CountKey(next, "", "ad", "");
        sink.write(List.of(slice(3, 1, record(0, 1), record(1, 1, bare), record(2, 1, bare))));

        assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "1/10", bare, "2/20"));
    }

    @Test
    void nothingHappensWhenThereIsNothingToWriteOrToAsk() {
        assertThat(sink.write(List.of())).isEqualTo(new DeliveryResult(0, 0, 0, Set.of()));
        assertThat(sink.positions(Set.of())).isEmpty();
    }
}
