package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.exposure;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static dev.exposure.intake.delivery.jdbc.Slices.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.jdbc.Slices.Received;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

/** What counts once when exposures are told apart by their ids, in each database. */
@ParameterizedClass
@EnumSource(Database.class)
class DedupeIT {

    @Parameter
    Database kind;

    @TempDir
    Path folder;

    private DatabaseFixture database;
    private JdbcDelivery sink;

    @BeforeEach
    void open() {
        database = new DatabaseFixture(kind.newUrl(folder));
        sink = database.sink(Duration.ofHours(1));
        sink.prepare();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void everythingCountsAndNoIdIsKeptWhenOff() {
        JdbcDelivery off = database.sink();

        off.deliver(List.of(slice(2, 1, exposure("a", 0), exposure("a", 1))));
        DeliveryResult result = off.deliver(List.of(slice(partition(1), 1, 1, exposure("a", 0))));

        assertThat(result).isEqualTo(new DeliveryResult(1, 0, 0, Set.of()));
        assertThat(database.exposures()).isEqualTo(3);
        assertThat(ids()).isEmpty();
    }

    @Test
    void firstCountsWhenIdComesTwiceInOneWrite() {
        DeliveryResult result = sink.deliver(List.of(
                slice(3, 1, exposure("a", 0, 1, key("first")), exposure("b", 1), exposure("a", 2, 1, key("later"))),
                slice(partition(1), 1, 1, exposure("a", 0, 1, key("later")))));

        assertThat(result).isEqualTo(new DeliveryResult(2, 2, 2, 0, Set.of()));
        assertThat(database.counts()).isEqualTo(Map.of(key("first"), "1/10", key("ad"), "1/10"));
        assertThat(ids()).containsExactly("a", "b");
    }

    @Test
    void secondIsDuplicateWhenIdComesInAnotherPartitionLater() {
        sink.deliver(List.of(slice(2, 1, exposure("a", 0), exposure("b", 1))));

        DeliveryResult result = sink.deliver(List.of(
                slice(partition(1), 7, 1, exposure("b", 4), exposure("c", 5), exposure("a", 6)),
                slice(3, 1, exposure("b", 2))));

        assertThat(result).isEqualTo(new DeliveryResult(1, 3, 3, 0, Set.of()));
        assertThat(database.exposures()).isEqualTo(3);
        assertThat(database.position(partition(1))).isEqualTo(new Position(LOG, 7, 1));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 3, 1));
    }

    @Test
    void positionMovesWhenNothingButDuplicatesCame() {
        sink.deliver(List.of(slice(1, 1, exposure("a", 0))));

        assertThat(sink.deliver(List.of(slice(2, 1, exposure("a", 1)))))
                .isEqualTo(new DeliveryResult(0, 1, 1, 0, Set.of()));
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 2, 1));
        assertThat(database.exposures()).isOne();
    }

    @Test
    void positionTellsAndNotTheIdWhenWriteIsRepeated() {
        PartitionRecords<Exposure> slice = slice(3, 1, exposure("a", 0), exposure("b", 1), exposure("a", 2));
        sink.deliver(List.of(slice));

        assertThat(sink.deliver(List.of(slice))).isEqualTo(new DeliveryResult(0, 3, 0, 0, Set.of()));
        assertThat(database.exposures()).isEqualTo(2);
    }

    @Test
    void rereadRecordDoesNotCountWhenItsIdHasGone() {
        PartitionRecords<Exposure> slice = slice(1, 1, exposure("a", 0));
        sink.deliver(List.of(slice));
        database.jdbc().update("DELETE FROM counted_exposure");

        assertThat(sink.deliver(List.of(slice))).isEqualTo(new DeliveryResult(0, 1, 0, 0, Set.of()));
        assertThat(ids()).isEmpty();
    }

    @Test
    void idsAreForgottenWithTheCountsWhenWriteFails() {
        PartitionRecords<Exposure> slice = slice(60, 1, exposure("a", 0), exposure("b", 59));
        database.jdbc().execute("ALTER TABLE partition_position ADD CONSTRAINT full_disk CHECK (next_offset < 50)");

        assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> sink.deliver(List.of(slice)));

        assertThat(ids()).isEmpty();
        database.jdbc().execute("ALTER TABLE partition_position DROP CONSTRAINT full_disk");
        assertThat(sink.deliver(List.of(slice))).isEqualTo(new DeliveryResult(2, 0, 0, 0, Set.of()));
        assertThat(database.exposures()).isEqualTo(2);
    }

    @Test
    void testExposuresAreNotLookedUpWhenTheyComeTwice() {
        Received real = exposure(test(0, 1).exposure().exposureId(), 2);

        DeliveryResult result = sink.deliver(List.of(slice(3, 1, test(0, 1), test(0, 1), real)));

        assertThat(result).isEqualTo(new DeliveryResult(1, 0, 0, 2, Set.of()));
        assertThat(ids()).containsExactly(real.exposure().exposureId());
    }

    @Test
    void newBranchCountsOnceWhenLogWasTruncatedAndItsExposuresWrittenAgain() {
        sink.deliver(List.of(slice(3, 5, exposure("a", 0), exposure("b", 1), exposure("c", 2))));

        DeliveryResult result =
                sink.deliver(List.of(slice(3, 6, exposure("c", 1, 6, key("ad")), exposure("d", 2, 6, key("ad")))));

        assertThat(result).isEqualTo(new DeliveryResult(1, 1, 1, 0, Set.of(P0)));
        assertThat(database.exposures()).isEqualTo(4);
    }

    @Test
    void groupsOfOtherTopicsCountForThemselvesWhenTheyShareTables() {
        PartitionId elsewhere = new PartitionId("another-topic", 0);
        sink.deliver(List.of(slice(1, 1, exposure("a", 0))));

        assertThat(database.sink("other", Duration.ofHours(1))
                        .deliver(List.of(slice(elsewhere, 1, 1, exposure("a", 0)))))
                .isEqualTo(new DeliveryResult(1, 0, 0, 0, Set.of()));
    }

    @Test
    void idsAreToldApartExactlyWhenOfGreatestLengthAndAnyCharacter() {
        Random random = new Random(1);
        String han =
                random.ints(128, 0x4E00, 0x9FFF).mapToObj(Character::toString).collect(Collectors.joining());
        List<String> ids = List.of(
                han,
                han.substring(0, 127) + "X",
                "\uD83D\uDE00".repeat(64),
                "x",
                "X",
                " x",
                "x ",
                "é",
                "e\u0301",
                "\uFFFD",
                "\u0001",
                "\t\n\r",
                "NULL",
                "null",
                "{a,b}",
                "\"quoted\"",
                "back\\slash",
                "'; DROP TABLE counted_exposure; --",
                "%_?",
                "7",
                "07",
                "7.0");
        List<Received> records = new ArrayList<>();
        ids.forEach(id -> records.add(exposure(id, records.size())));

        DeliveryResult first = sink.deliver(List.of(Slices.slice(P0, LOG, ids.size(), 1, records)));
        DeliveryResult second = sink.deliver(List.of(Slices.slice(partition(1), LOG, ids.size(), 1, records)));

        assertThat(first).isEqualTo(new DeliveryResult(ids.size(), 0, 0, 0, Set.of()));
        assertThat(second).isEqualTo(new DeliveryResult(0, ids.size(), ids.size(), 0, Set.of()));
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void eachCountsOnceWhenWriteHoldsTwentyThousandOfWhichAQuarterIsKnown() {
        int size = 20_000;
        sink.deliver(List.of(many(P0, 0, size / 4)));

        DeliveryResult result = sink.deliver(List.of(many(partition(1), 0, size)));

        assertThat(result).isEqualTo(new DeliveryResult(size * 3 / 4, size / 4, size / 4, 0, Set.of()));
        assertThat(database.exposures()).isEqualTo(size);
    }

    private static PartitionRecords<Exposure> many(PartitionId partition, int from, int to) {
        List<Received> records =
                IntStream.range(from, to).mapToObj(i -> exposure("id-" + i, i)).toList();
        return Slices.slice(partition, LOG, to, 1, records);
    }

    private List<String> ids() {
        return database.jdbc()
                .queryForList("SELECT exposure_id FROM counted_exposure ORDER BY exposure_id", String.class);
    }
}
