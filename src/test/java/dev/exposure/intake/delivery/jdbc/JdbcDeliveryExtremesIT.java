package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.MINUTE;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.jdbc.Slices.Received;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that a log line may hold and a database may choke on: one of them must not stop a partition for ever. */
@ParameterizedClass
@EnumSource(Database.class)
class JdbcDeliveryExtremesIT {

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
    void idsAreKeptExactlyWhenTheyHoldAnyCharacter() {
        List<String> ids = List.of(
                "広告",
                "реклама",
                "é",
                "e\u0301",
                "E\u0301",
                "\uD83D\uDE00",
                "\uFFFD",
                "\u0001",
                "\t\n\r",
                " x",
                "x ",
                "x",
                "X",
                "NULL",
                "null",
                "{a,b}",
                "\"quoted\"",
                "back\\slash",
                "'; DROP TABLE exposure_count; --",
                "%_?",
                "0",
                "00");
        Map<CountKey, String> expected = new HashMap<>();
        List<Received> records = new ArrayList<>();
        for (String id : ids) {
            CountKey key = new CountKey(MINUTE, id, id, id);
            expected.put(key, "2/20");
            records.add(record(records.size(), 1, key));
            records.add(record(records.size(), 1, key));
        }

        sink.deliver(List.of(Slices.slice(P0, LOG, records.size(), 1, records)));

        assertThat(database.counts()).isEqualTo(expected);
    }

    @Test
    void idsAreKeptWhenOfGreatestLengthAndIncompressible() {
        Random random = new Random(1);
        List<String> ids = IntStream.range(0, 3)
                .mapToObj(i -> random.ints(128, 0x4E00, 0x9FFF)
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining()))
                .toList();
        CountKey key = new CountKey(MINUTE, ids.get(0), ids.get(1), ids.get(2));

        sink.deliver(List.of(slice(1, 1, record(0, 1, key))));
        sink.deliver(List.of(slice(2, 1, record(1, 1, key))));

        assertThat(database.counts()).isEqualTo(Map.of(key, "2/20"));
    }

    @Test
    void pricesAreSummedExactlyWhenSumExceeds64Bits() {
        Received first = Slices.received(0, 1, "a", key("ad"), Long.MAX_VALUE, false);
        Received second = Slices.received(1, 1, "b", key("ad"), Long.MAX_VALUE, false);

        sink.deliver(List.of(slice(1, 1, first)));
        sink.deliver(List.of(slice(2, 1, second)));

        assertThat(database.counts()).isEqualTo(Map.of(key("ad"), "2/18446744073709551614"));
    }

    @Test
    void minutesAreExactWhenFarFromNow() {
        CountKey early = new CountKey(Instant.parse("2000-01-01T00:00:00Z"), "", "ad", "");
        CountKey late = new CountKey(Instant.parse("2262-04-12T23:59:00Z"), "", "ad", "");

        sink.deliver(List.of(slice(2, 1, record(0, 1, early), record(1, 1, late))));

        assertThat(database.counts()).containsOnlyKeys(early, late);
    }

    @Test
    void totalsAreExactWhenSliceHoldsTwentyThousandRecords() {
        int size = 20_000;
        for (int keys : new int[] {800, size}) {
            PartitionId partition = partition(keys);
            List<Received> records = LongStream.range(0, size)
                    .mapToObj(offset -> record(offset, 1, key(keys + "-" + offset % keys)))
                    .toList();
            PartitionRecords<Exposure> slice = Slices.slice(partition, LOG, size, 1, records);

            assertThat(sink.deliver(List.of(slice))).isEqualTo(new DeliveryResult(size, 0, 0, Set.of()));
            assertThat(sink.deliver(List.of(slice))).isEqualTo(new DeliveryResult(0, size, 0, Set.of()));
        }

        assertThat(database.exposures()).isEqualTo(2L * size);
        assertThat(database.counts()).hasSize(800 + size);
    }

    @Test
    void positionsAreFoundWhenThousandsAreAskedFor() {
        List<PartitionId> partitions =
                IntStream.range(0, 3_000).mapToObj(Slices::partition).toList();
        sink.deliver(
                partitions.stream().map(id -> slice(id, id.partition() + 1L, 1)).toList());

        assertThat(sink.positions(Slices.LOG.clusterId(), partitions))
                .hasSize(3_000)
                .allSatisfy((id, position) -> assertThat(position.nextOffset()).isEqualTo(id.partition() + 1L));
    }
}
