package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.OtherGroupException;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.OperationsGuide;
import java.nio.file.Path;
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

/** Whose positions are stored where: of topics created again, of several clusters and groups, moved by hand. */
@ParameterizedClass
@EnumSource(Database.class)
class JdbcPositionsIT {

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
    void everythingCountsWhenTopicWasCreatedAgainAndItsStartTakesThePlaceOfThePosition() {
        sink.deliver(List.of(range(P0, 0, 100, 5)));

        sink.store(List.of(PositionChange.start(P0, new Position(RECREATED, 0, -1), new Position(LOG, 100, 5))));
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

        sink.store(List.of(PositionChange.start(P0, new Position(elsewhere, 3, -1), new Position(LOG, 100, 5))));
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
        sink.store(List.of(PositionChange.start(P0, new Position(RECREATED, 0, -1), new Position(LOG, 100, 5))));
        sink.deliver(List.of(Slices.slice(P0, RECREATED, 2, 0, List.of(record(0, 0), record(1, 0)))));

        assertThatThrownBy(() -> sink.deliver(List.of(range(partition(2), 0, 3, 1), range(P0, 100, 110, 5))))
                .isInstanceOf(OtherLogException.class);
        assertThatThrownBy(() -> sink.store(List.of(
                        PositionChange.start(partition(2), new Position(LOG, 7, 1), null),
                        PositionChange.start(P0, new Position(LOG, 110, 5), null))))
                .isInstanceOf(OtherLogException.class);

        assertThat(database.exposures()).isEqualTo(102);
        assertThat(database.position(P0)).isEqualTo(new Position(RECREATED, 2, 0));
        assertThat(database.position(partition(2))).as("all or nothing").isNull();
    }

    @Test
    void positionsMoveForwardOnlyWhenStoredWithoutRecords() {
        sink.deliver(List.of(range(P0, 0, 10, 1)));

        sink.store(List.of(
                PositionChange.start(P0, new Position(LOG, 8, 1), null),
                PositionChange.start(partition(1), new Position(LOG, 4, -1), null)));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 10, 1));
        assertThat(database.position(partition(1))).isEqualTo(new Position(LOG, 4, -1));

        sink.store(List.of(PositionChange.start(P0, new Position(LOG, 12, 1), null)));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 12, 1));
        assertThat(database.exposures()).isEqualTo(10);
    }

    @Test
    void recordsOfTheNewBranchCountWhenTheTruncatedStartWasStoredAndNoEpochWasKnown() {
        Position seeded = new Position(LOG, 1_000, -1);
        sink.store(List.of(PositionChange.start(P0, seeded, null)));

        sink.store(List.of(PositionChange.start(P0, new Position(LOG, 800, -1), seeded)));
        DeliveryResult result = sink.deliver(List.of(range(P0, 800, 1_100, 5)));

        assertThat(result).isEqualTo(new DeliveryResult(300, 0, 0, Set.of()));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 1_100, 5));
    }

    @Test
    void epochIsNotBelievedWhenOffsetWasMovedAsTheGuideTells() {
        sink.deliver(List.of(range(P0, 0, 100, 5)));

        database.jdbc()
                .update(OperationsGuide.moveSql().replace("500", "60").replace("partition = 3", "partition = 0"));

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
    void nothingIsWrittenWhenAnotherGroupHasStoredPositionsOfTheTopicSinceTheStart() {
        JdbcDelivery other = database.sink("other");
        other.requireSoleGroup(LOG.clusterId(), List.of("ad-exposure"));
        sink.deliver(List.of(slice(5, 1)));

        assertThat(other.positions(Slices.LOG.clusterId(), Set.of(P0))).isEmpty();
        assertThatThrownBy(() -> other.deliver(List.of(range(partition(1), 0, 3, 1))))
                .isInstanceOf(OtherGroupException.class);
        assertThatThrownBy(
                        () -> other.store(List.of(PositionChange.start(partition(1), new Position(LOG, 0, -1), null))))
                .isInstanceOf(OtherGroupException.class);
        assertThat(other.positions(Slices.LOG.clusterId(), Set.of(P0, partition(1))))
                .isEmpty();
        assertThat(database.exposures()).isZero();
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

    private long rows() {
        Long rows = database.jdbc().queryForObject("SELECT count(*) FROM partition_position", Long.class);
        return rows == null ? -1 : rows;
    }
}
