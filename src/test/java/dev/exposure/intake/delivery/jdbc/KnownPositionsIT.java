package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.delivery.PositionsWentBackException.Fall;
import dev.exposure.intake.partition.Position;
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

/** A position that the database has lost is noticed by the process that stored or read it, and nothing is written on top. */
@ParameterizedClass
@EnumSource(Database.class)
class KnownPositionsIT {

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
    void nothingIsWrittenWhenThePositionIsBehindWhatThisProcessStored() {
        sink.deliver(List.of(range(P0, 0, 100, 1)));
        sink.deliver(List.of(range(P0, 100, 150, 1), range(partition(1), 0, 5, 1)));
        database.jdbc().update("UPDATE partition_position SET next_offset = 100 WHERE partition = 0");

        assertThatThrownBy(() -> sink.deliver(List.of(range(P0, 150, 160, 1), range(partition(1), 5, 6, 1))))
                .isInstanceOfSatisfying(
                        PositionsWentBackException.class,
                        failure -> assertThat(failure.falls()).isEqualTo(Map.of(P0, new Fall(150, 100L))))
                .hasMessage("stored positions went back: {ad-exposure-0=150 to 100}");
        assertThatThrownBy(() -> sink.store(List.of(PositionChange.start(P0, new Position(LOG, 170, 1), null))))
                .isInstanceOf(PositionsWentBackException.class);
        assertThat(database.exposures()).isEqualTo(155);

        assertThat(sink.positions(LOG.clusterId(), Set.of(P0)).get(P0).nextOffset())
                .isEqualTo(100);
        assertThat(sink.deliver(List.of(range(P0, 100, 160, 1)))).isEqualTo(new DeliveryResult(60, 0, 0, Set.of()));
    }

    @Test
    void positionThatWasReadCountsAsKnownWhenTheDatabaseGoesBackBeforeTheFirstWrite() {
        database.sink().deliver(List.of(range(P0, 0, 150, 1)));
        sink.positions(LOG.clusterId(), Set.of(P0));
        database.jdbc().update("UPDATE partition_position SET next_offset = 100");

        assertThatThrownBy(() -> sink.deliver(List.of(range(P0, 150, 160, 1))))
                .isInstanceOf(PositionsWentBackException.class);
    }

    @Test
    void partitionIsReadFromItsStartWhenItsRowIsGoneThatThisProcessMade() {
        sink.store(List.of(PositionChange.start(P0, new Position(LOG, 7, 1), null)));
        sink.deliver(List.of(range(P0, 7, 50, 1)));
        database.jdbc().update("DELETE FROM partition_position");
        database.jdbc().update("DELETE FROM exposure_count");

        assertThatThrownBy(() -> sink.deliver(List.of(range(P0, 50, 60, 1))))
                .isInstanceOf(PositionsWentBackException.class)
                .hasMessageContaining("50 to 7");

        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 7, 1));
        assertThat(sink.positions(LOG.clusterId(), Set.of(P0))).containsEntry(P0, new Position(LOG, 7, 1));
        sink.deliver(List.of(range(P0, 7, 60, 1)));
        assertThat(database.exposures()).isEqualTo(53);
    }

    @Test
    void rowThatIsGoneIsSaidOnceWhenNobodyKnowsWhereItBegan() {
        sink.deliver(List.of(range(P0, 40, 50, 1)));
        database.jdbc().update("DELETE FROM partition_position");

        assertThatThrownBy(() -> sink.deliver(List.of(range(P0, 50, 60, 1))))
                .isInstanceOf(PositionsWentBackException.class)
                .hasMessageContaining("50 to none");

        assertThat(sink.positions(LOG.clusterId(), Set.of(P0))).isEmpty();
        assertThat(sink.deliver(List.of(range(P0, 50, 60, 1))).processed()).isEqualTo(10);
    }

    @Test
    void positionHasNotGoneBackWhenItIsOfALaterBranchOrThePartitionWasAnothersMeanwhile() {
        sink.deliver(List.of(range(P0, 0, 100, 5)));
        sink.deliver(List.of(range(partition(1), 0, 100, 5)));
        database.sink().deliver(List.of(range(P0, 90, 95, 6)));
        database.jdbc().update("UPDATE partition_position SET next_offset = 50 WHERE partition = 1");
        sink.forget(Set.of(partition(1)));

        assertThat(sink.deliver(List.of(range(P0, 95, 97, 6))).processed()).isEqualTo(2);
        assertThat(sink.deliver(List.of(range(partition(1), 50, 52, 6))).processed())
                .isEqualTo(2);
    }
}
