package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.MINUTE;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static dev.exposure.intake.delivery.jdbc.Slices.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.OtherGroupException;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.partition.LogId;
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

    private static final LogId RECREATED = new LogId(LOG.clusterId(), "topic-id-2");

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
    void everythingCountsWhenTopicWasCreatedAgainAndItsStartTakesThePlaceOfThePosition() {
        sink.deliver(List.of(range(P0, 0, 100, 5)));

        sink.store(List.of(new PositionChange(P0, new Position(RECREATED, 0, -1), new Position(LOG, 100, 5))));
        DeliveryResult result =
                sink.deliver(List.of(Slices.slice(P0, RECREATED, 2, 0, List.of(record(0, 0), record(1, 0)))));

        assertThat(result).isEqualTo(new DeliveryResult(2, 0, 0, Set.of()));
        assertThat(database.position(P0)).isEqualTo(new Position(RECREATED, 2, 0));
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void clustersHaveTheirOwnPositionsWhenGroupMoves() {
        LogId elsewhere = new LogId("cluster-2", LOG.topicId());
        sink.deliver(List.of(range(P0, 0, 100, 5)));
        assertThat(sink.positions("cluster-2", Set.of(P0)))
                .as("where there is none of the cluster")
                .isEqualTo(Map.of(P0, new Position(LOG, 100, 5)));

        sink.store(List.of(new PositionChange(P0, new Position(elsewhere, 3, -1), new Position(LOG, 100, 5))));
        sink.deliver(List.of(Slices.slice(P0, elsewhere, 5, 0, List.of(record(2, 0), record(3, 0), record(4, 0)))));
        sink.deliver(List.of(range(P0, 100, 110, 5)));

        assertThat(sink.positions("cluster-2", Set.of(P0))).isEqualTo(Map.of(P0, new Position(elsewhere, 5, 0)));
        assertThat(sink.positions("cluster-1", Set.of(P0))).isEqualTo(Map.of(P0, new Position(LOG, 110, 5)));
        assertThat(sink.positions("cluster-3", Set.of(P0)))
                .as("the one that was read last")
                .isEqualTo(Map.of(P0, new Position(LOG, 110, 5)));
        assertThat(database.exposures()).isEqualTo(112);
    }

    @Test
    void nothingChangesWhenFormerOwnerWritesRecordsOfTheOldLog() {
        sink.deliver(List.of(range(P0, 0, 100, 5)));
        sink.store(List.of(new PositionChange(P0, new Position(RECREATED, 0, -1), new Position(LOG, 100, 5))));
        sink.deliver(List.of(Slices.slice(P0, RECREATED, 2, 0, List.of(record(0, 0), record(1, 0)))));

        assertThatThrownBy(() -> sink.deliver(List.of(range(partition(2), 0, 3, 1), range(P0, 100, 110, 5))))
                .isInstanceOf(OtherLogException.class);
        assertThatThrownBy(() -> sink.store(List.of(
                        PositionChange.forward(partition(2), new Position(LOG, 7, 1)),
                        PositionChange.forward(P0, new Position(LOG, 110, 5)))))
                .isInstanceOf(OtherLogException.class);

        assertThat(database.exposures()).isEqualTo(102);
        assertThat(database.position(P0)).isEqualTo(new Position(RECREATED, 2, 0));
        assertThat(database.position(partition(2))).as("all or nothing").isNull();
    }

    @Test
    void positionsMoveForwardOnlyWhenStoredWithoutRecords() {
        sink.deliver(List.of(range(P0, 0, 10, 1)));

        sink.store(List.of(
                PositionChange.forward(P0, new Position(LOG, 8, 1)),
                PositionChange.forward(partition(1), new Position(LOG, 4, -1))));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 10, 1));
        assertThat(database.position(partition(1))).isEqualTo(new Position(LOG, 4, -1));

        sink.store(List.of(PositionChange.forward(P0, new Position(LOG, 12, 1))));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 12, 1));
        assertThat(database.exposures()).isEqualTo(10);
    }

    @Test
    void recordsOfTheNewBranchCountWhenTheTruncatedStartWasStoredAndNoEpochWasKnown() {
        Position seeded = new Position(LOG, 1_000, -1);
        sink.store(List.of(PositionChange.forward(P0, seeded)));

        sink.store(List.of(new PositionChange(P0, new Position(LOG, 800, -1), seeded)));
        DeliveryResult result = sink.deliver(List.of(range(P0, 800, 1_100, 5)));

        assertThat(result).isEqualTo(new DeliveryResult(300, 0, 0, Set.of()));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 1_100, 5));
    }

    @Test
    void epochIsNotBelievedWhenOffsetWasMovedByHand() {
        sink.deliver(List.of(range(P0, 0, 100, 5)));

        database.jdbc().update("UPDATE partition_position SET next_offset = 60");

        JdbcDelivery next = database.sink();
        assertThat(next.positions(LOG.clusterId(), Set.of(P0))).isEqualTo(Map.of(P0, new Position(LOG, 60, -1)));
        assertThat(next.deliver(List.of(slice(62, 6, record(58, 6), record(60, 6), record(61, 6)))))
                .isEqualTo(new DeliveryResult(2, 1, 0, Set.of()));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 62, 6));
    }

    @Test
    void partitionsAreJudgedApartWhenWrittenTogether() {
        sink.deliver(List.of(range(P0, 0, 10, 1)));

        DeliveryResult result =
                sink.deliver(List.of(range(partition(11), 0, 3, 1), range(P0, 8, 12, 1), range(partition(2), 5, 6, 1)));

        assertThat(result).isEqualTo(new DeliveryResult(6, 2, 0, Set.of()));
        assertThat(sink.positions(Slices.LOG.clusterId(), Set.of(P0, partition(2), partition(11), partition(99))))
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
        DeliveryResult result = sink.deliver(List.of(range(P0, 0, 6, 1), range(P0, 4, 9, 1)));

        assertThat(result).isEqualTo(new DeliveryResult(9, 2, 0, Set.of()));
        assertThat(database.exposures()).isEqualTo(9);
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 9, 1));
    }

    @Test
    void groupsHaveTheirOwnPositionsWhenTheyShareTables() {
        JdbcDelivery other = database.sink("other");
        sink.deliver(List.of(slice(5, 1)));

        assertThat(other.positions(Slices.LOG.clusterId(), Set.of(P0))).isEmpty();
        other.deliver(List.of(slice(2, 1)));

        assertThat(other.positions(Slices.LOG.clusterId(), Set.of(P0))).isEqualTo(Map.of(P0, new Position(LOG, 2, 1)));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 5, 1));
    }

    @Test
    void otherGroupIsRefusedWhenItHasPositionsOfTheSameTopicAndCluster() {
        JdbcDelivery other = database.sink("other");
        sink.deliver(List.of(slice(5, 1)));

        assertThatThrownBy(() -> other.requireSoleGroup(LOG.clusterId(), List.of("x", "ad-exposure")))
                .isInstanceOf(OtherGroupException.class)
                .hasMessage("The database holds positions of consumer group exposure-intake in the same topics"
                        + " (ad-exposure), so what group other delivers would be added to what is there already");
        assertThatCode(() -> other.requireSoleGroup("cluster-2", List.of("ad-exposure")))
                .doesNotThrowAnyException();
        assertThatCode(() -> other.requireSoleGroup(LOG.clusterId(), List.of("x")))
                .doesNotThrowAnyException();
        assertThatCode(() -> sink.requireSoleGroup(LOG.clusterId(), List.of("ad-exposure")))
                .doesNotThrowAnyException();
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

    private long rows() {
        Long rows = database.jdbc().queryForObject("SELECT count(*) FROM partition_position", Long.class);
        return rows == null ? -1 : rows;
    }
}
