package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.Slow;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * An hour of three instances that upsert the same keys, at a batch a second each: none gives up, and the sums are exact. The
 * batches are small, so that the hour passes in a minute and transactions meet all the time.
 */
@Slow
class JdbcDeliveryHourIT {

    private static final int INSTANCES = 3;
    private static final int BATCHES = 3_600;
    private static final int OWN_PARTITIONS = 3;
    private static final int SHARED_PARTITIONS = 3;
    private static final int KEYS = 40;

    @TempDir
    Path folder;

    /** Counts the transactions that an instance had to start over. */
    private static final class Instance {
        final LongAdder rollbacks = new LongAdder();
        final Map<PartitionId, Long> read = new HashMap<>();
        final JdbcDelivery sink;
        final List<PartitionId> partitions;

        Instance(int number, DatabaseFixture database) {
            DataSource counting = new DelegatingDataSource(database.dataSource()) {
                @Override
                public Connection getConnection() throws SQLException {
                    return counting(super.getConnection(), rollbacks);
                }
            };
            sink = database.sink(counting, DatabaseFixture.LIMIT);
            partitions = new ArrayList<>(IntStream.range(0, OWN_PARTITIONS)
                    .mapToObj(i -> partition(SHARED_PARTITIONS + number * OWN_PARTITIONS + i))
                    .toList());
            // As zombies have them: each of these is read by every instance.
            IntStream.range(0, SHARED_PARTITIONS).forEach(i -> partitions.add(partition(i)));
        }

        /** Writes its batches, each of some of its partitions, in any order. */
        long run(Random random) {
            long counted = 0;
            for (int batch = 0; batch < BATCHES; batch++) {
                Collections.shuffle(partitions, random);
                List<PartitionRecords<Exposure>> slices = new ArrayList<>();
                for (PartitionId partition : partitions.subList(0, 4)) {
                    long from = read.getOrDefault(partition, 0L);
                    long to = from + 1 + random.nextInt(5);
                    read.put(partition, to);
                    slices.add(Slices.slice(
                            partition,
                            LOG,
                            to,
                            1,
                            LongStream.range(from, to)
                                    .mapToObj(offset -> record(offset, 1, key("ad-" + ad(partition, offset))))
                                    .toList()));
                }
                counted += sink.deliver(slices).processed(); // throws when its repeats are exhausted
            }
            return counted;
        }
    }

    @ParameterizedTest
    @EnumSource(Database.class)
    void sumsAreExactAfterAnHourOfThreeInstancesThatShareKeysAndPartitions(Database kind) throws Exception {
        try (DatabaseFixture database = new DatabaseFixture(kind.newUrl(folder))) {
            database.sink().prepare();
            List<Instance> instances = IntStream.range(0, INSTANCES)
                    .mapToObj(number -> new Instance(number, database))
                    .toList();

            long start = System.nanoTime();
            long counted =
                    together(instances).stream().mapToLong(Long::longValue).sum();

            long repeats =
                    instances.stream().mapToLong(one -> one.rollbacks.sum()).sum();
            System.out.printf(
                    "%s: %,d batches of %d instances in %.1f s, %,d records counted, %,d transactions repeated%n",
                    kind, INSTANCES * BATCHES, INSTANCES, (System.nanoTime() - start) / 1e9, counted, repeats);

            Map<PartitionId, Long> ends = new HashMap<>();
            instances.forEach(one -> one.read.forEach((partition, to) -> ends.merge(partition, to, Math::max)));
            assertThat(ends).hasSize(SHARED_PARTITIONS + INSTANCES * OWN_PARTITIONS);
            assertThat(database.counts()).isEqualTo(expected(ends));
            assertThat(counted)
                    .isEqualTo(ends.values().stream().mapToLong(Long::longValue).sum());
            ends.forEach(
                    (partition, end) -> assertThat(database.position(partition)).isEqualTo(new Position(LOG, end, 1)));
            assertThat(Writers.deadlocks(kind, database)).isZero(); // the sink would have repeated them unnoticed
        }
    }

    /** What each key must have, when every offset of every partition counts once. */
    private static Map<CountKey, String> expected(Map<PartitionId, Long> ends) {
        Map<CountKey, Long> sums = new HashMap<>();
        ends.forEach((partition, end) -> LongStream.range(0, end)
                .forEach(offset -> sums.merge(key("ad-" + ad(partition, offset)), 1L, Long::sum)));
        Map<CountKey, String> expected = new HashMap<>();
        sums.forEach((key, sum) -> expected.put(key, sum + "/" + sum * 10));
        return expected;
    }

    /** Ad that the record is of: all partitions have all ads, each in another order. */
    private static long ad(PartitionId partition, long offset) {
        return (offset * 7 + partition.partition() * 13L) % KEYS;
    }

    private static List<Long> together(List<Instance> instances) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(instances.size());
        try {
            List<Callable<Long>> calls = IntStream.range(0, instances.size())
                    .mapToObj(number ->
                            (Callable<Long>) () -> instances.get(number).run(new Random(number)))
                    .toList();
            List<Long> results = new ArrayList<>();
            for (Future<Long> result : executor.invokeAll(calls, 4, TimeUnit.MINUTES)) {
                results.add(result.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    private static Connection counting(Connection connection, LongAdder rollbacks) {
        return (Connection) Proxy.newProxyInstance(
                JdbcDeliveryHourIT.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("rollback")) {
                        rollbacks.increment();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException ex) {
                        throw ex.getCause();
                    }
                });
    }
}
