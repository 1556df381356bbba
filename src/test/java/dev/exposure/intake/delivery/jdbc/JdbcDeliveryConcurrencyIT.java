package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static dev.exposure.intake.delivery.jdbc.Writers.deadlocks;
import static dev.exposure.intake.delivery.jdbc.Writers.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.OtherGroupException;
import dev.exposure.intake.delivery.jdbc.Slices.Received;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several writers at once: of the same keys, and of the same partition. */
@ParameterizedClass
@EnumSource(Database.class)
class JdbcDeliveryConcurrencyIT {

    @Parameter
    Database kind;

    @TempDir
    Path folder;

    private DatabaseFixture database;

    @BeforeEach
    void open() {
        database = new DatabaseFixture(kind.newUrl(folder));
        database.sink().prepare();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void totalsAreExactWhenEightThreadsCountTheSameKeysInAnyOrder() throws Exception {
        int threads = 8;
        int writes = 250;
        int keys = 50;
        JdbcDelivery sink = database.sink();

        together(threads, number -> {
            Random random = new Random(number);
            List<CountKey> shuffled = new ArrayList<>(
                    IntStream.range(0, keys).mapToObj(i -> key("ad-" + i)).toList());
            for (int write = 0; write < writes; write++) {
                Collections.shuffle(shuffled, random);
                long from = (long) write * keys;
                List<Received> records = IntStream.range(0, keys)
                        .mapToObj(i -> record(from + i, 1, shuffled.get(i)))
                        .toList();
                sink.deliver(List.of(Slices.slice(partition(number), LOG, from + keys, 1, records)));
            }
            return null;
        });

        String each = threads * writes + "/" + threads * writes * 10;
        assertThat(database.counts())
                .hasSize(keys)
                .allSatisfy((key, count) -> assertThat(count).isEqualTo(each));
        assertThat(deadlocks(kind, database)).isZero();
    }

    @Test
    void eachOffsetIsCountedOnceWhenZombieWritesTheSamePartition() throws Exception {
        int end = 3_000;

        // Two instances of one group, each sure that it owns the partition, each reading it in polls of its own size.
        List<Long> counted = together(2, number -> {
            JdbcDelivery sink = database.sink();
            Random random = new Random(number);
            long sum = 0;
            for (long from = 0; from < end; ) {
                long to = Math.min(end, from + 1 + random.nextInt(20));
                DeliveryResult result = sink.deliver(List.of(range(P0, from, to, 1)));
                assertThat(result.processed() + result.duplicates()).isEqualTo(to - from);
                sum += result.processed();
                from = to;
            }
            return sum;
        });

        assertThat(database.counts())
                .hasSize(end)
                .allSatisfy((key, count) -> assertThat(count).isEqualTo("1/10"));
        assertThat(counted.get(0) + counted.get(1)).isEqualTo(end);
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, end, 1));
    }

    @Test
    void writersWaitInLineWhenTheyShareManyPartitionsInAnyOrder() throws Exception {
        int partitions = 20;
        int writes = 100;

        together(4, number -> {
            JdbcDelivery sink = database.sink();
            Random random = new Random(number);
            for (int write = 0; write < writes; write++) {
                long from = write;
                List<PartitionRecords<Exposure>> slices = new ArrayList<>(IntStream.range(0, partitions)
                        .mapToObj(i -> slice(partition(i), from + 1, 1, record(from, 1, key("ad-" + i))))
                        .toList());
                Collections.shuffle(slices, random);
                sink.deliver(slices);
            }
            return null;
        });

        String each = writes + "/" + writes * 10;
        assertThat(database.counts())
                .hasSize(partitions)
                .allSatisfy((key, count) -> assertThat(count).isEqualTo(each));
        assertThat(deadlocks(kind, database)).isZero();
    }

    @Test
    void sliceIsCountedOnceWhenTwoWritersInsertItsFirstPositionAtOnce() throws Exception {
        int partitions = 100;
        CyclicBarrier barrier = new CyclicBarrier(2);

        List<Long> counted = together(2, number -> {
            JdbcDelivery sink = database.sink();
            long sum = 0;
            for (int i = 0; i < partitions; i++) {
                // Keys of their own, so that the writers meet at the position and not before.
                PartitionRecords<Exposure> slice = slice(partition(i), 1, 1, record(0, 1, key(i + "-" + number)));
                barrier.await(60, TimeUnit.SECONDS);
                sum += sink.deliver(List.of(slice)).processed();
            }
            return sum;
        });

        assertThat(counted.get(0) + counted.get(1)).isEqualTo(partitions);
        assertThat(database.exposures()).isEqualTo(partitions);
    }

    @Test
    void oneGroupIsRefusedWhenTwoInsertTheirFirstPositionAtOnce() throws Exception {
        int topics = 50;
        CyclicBarrier barrier = new CyclicBarrier(2);
        AtomicInteger refused = new AtomicInteger();

        List<Long> counted = together(2, number -> {
            JdbcDelivery sink = database.sink("group-" + number);
            long sum = 0;
            for (int i = 0; i < topics; i++) {
                PartitionId partition = new PartitionId("topic-" + i, 0);
                PartitionRecords<Exposure> slice = slice(partition, 1, 1, record(0, 1, key(i + "-" + number)));
                barrier.await(60, TimeUnit.SECONDS);
                try {
                    sum += sink.deliver(List.of(slice)).processed();
                } catch (OtherGroupException ex) {
                    refused.incrementAndGet();
                }
            }
            return sum;
        });

        assertThat(counted.get(0) + counted.get(1)).isEqualTo(topics);
        assertThat(refused).hasValue(topics);
        assertThat(database.exposures()).isEqualTo(topics);
    }

    @Test
    void bothSucceedWhenTwoInstancesPrepareAnEmptyDatabase() throws Exception {
        try (DatabaseFixture empty = new DatabaseFixture(kind.newUrl(folder.resolve("empty")))) {
            together(2, number -> {
                empty.sink().prepare();
                return null;
            });

            assertThat(empty.counts()).isEmpty();
        }
    }
}
