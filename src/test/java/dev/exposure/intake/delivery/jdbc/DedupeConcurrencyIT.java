package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.exposure;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static dev.exposure.intake.delivery.jdbc.Writers.deadlocks;
import static dev.exposure.intake.delivery.jdbc.Writers.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.jdbc.Slices.Received;
import dev.exposure.intake.partition.Position;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Several writers at once that have the same ids, in partitions of their own. */
@ParameterizedClass
@EnumSource(Database.class)
class DedupeConcurrencyIT {

    private static final Duration WINDOW = Duration.ofHours(1);

    @Parameter
    Database kind;

    @TempDir
    Path folder;

    private DatabaseFixture database;

    @BeforeEach
    void open() {
        database = new DatabaseFixture(kind.newUrl(folder));
        database.sink(WINDOW).prepare();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void idCountsOnceWhenTwoWritersBringItAtOnce() throws Exception {
        int rounds = 200;
        CyclicBarrier barrier = new CyclicBarrier(2);

        List<DeliveryResult> results = together(2, number -> {
            JdbcDelivery sink = database.sink(WINDOW);
            DeliveryResult sum = new DeliveryResult(0, 0, 0, Set.of());
            for (int i = 0; i < rounds; i++) {
                // Keys of their own, so that the writers meet at the id and not before.
                Received record = exposure("id-" + i, i, 1, key("writer-" + number));
                barrier.await(60, TimeUnit.SECONDS);
                sum = sum(sum, sink.deliver(List.of(slice(partition(number), i + 1L, 1, record))));
            }
            return sum;
        });

        assertThat(results.get(0).processed() + results.get(1).processed()).isEqualTo(rounds);
        assertThat(results.get(0).duplicatesById() + results.get(1).duplicatesById())
                .isEqualTo(rounds);
        assertThat(database.exposures()).isEqualTo(rounds);
        assertThat(deadlocks(kind, database)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 1"})
    void writerWaitsForTheOneThatBringsTheSameIdAndSeesWhatBecameOfIt(boolean commits, long counted) throws Exception {
        JdbcDelivery sink = database.sink(WINDOW);
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            try (PreparedStatement insert =
                    other.prepareStatement("INSERT INTO counted_exposure VALUES (?, 'a', CURRENT_TIMESTAMP)")) {
                insert.setString(1, DatabaseFixture.GROUP);
                insert.executeUpdate();
            }
            CompletableFuture<DeliveryResult> write =
                    CompletableFuture.supplyAsync(() -> sink.deliver(List.of(slice(1, 1, exposure("a", 0)))));
            await().until(() -> waiting() == 1);
            assertThat(write).isNotDone();

            if (commits) {
                other.commit();
            } else {
                other.rollback();
            }

            assertThat(write.get(60, TimeUnit.SECONDS))
                    .isEqualTo(new DeliveryResult(counted, 1 - counted, 1 - counted, 0, Set.of()));
        }
        assertThat(database.position(P0)).isEqualTo(new Position(LOG, 1, 1));
    }

    @Test
    void everyIdCountsOnceWhenSixWritersShareIdsAndKeysInAnyOrder() throws Exception {
        int threads = 6;
        int writes = 60;
        int ids = 120;

        List<DeliveryResult> results = together(threads, number -> {
            JdbcDelivery sink = database.sink(WINDOW);
            Random random = new Random(number);
            DeliveryResult sum = new DeliveryResult(0, 0, 0, Set.of());
            for (int write = 0; write < writes; write++) {
                long from = (long) write * ids;
                int round = write;
                List<Integer> shuffled =
                        new ArrayList<>(IntStream.range(0, ids).boxed().toList());
                Collections.shuffle(shuffled, random);
                List<Received> records = new ArrayList<>();
                shuffled.forEach(
                        i -> records.add(exposure(round + "-" + i, from + records.size(), 1, key("ad-" + i % 10))));
                sum = sum(sum, sink.deliver(List.of(Slices.slice(partition(number), LOG, from + ids, 1, records))));
            }
            return sum;
        });

        long expected = (long) writes * ids;
        assertThat(results.stream().mapToLong(DeliveryResult::processed).sum()).isEqualTo(expected);
        assertThat(results.stream().mapToLong(DeliveryResult::duplicatesById).sum())
                .isEqualTo((threads - 1) * expected);
        assertThat(database.exposures()).isEqualTo(expected);
        assertThat(deadlocks(kind, database)).isZero();
    }

    @Test
    void eachCountsOnceWhenZombieWritesTheSamePartitionAndItsTwinsLieInAnother() throws Exception {
        int end = 1_500;

        // Two instances read one partition, a third one the partition with the second writing of each exposure.
        List<DeliveryResult> results = together(3, number -> {
            JdbcDelivery sink = database.sink(WINDOW);
            Random random = new Random(number);
            DeliveryResult sum = new DeliveryResult(0, 0, 0, Set.of());
            for (int from = 0; from < end; ) {
                int to = Math.min(end, from + 1 + random.nextInt(20));
                List<Received> records = IntStream.range(from, to)
                        .mapToObj(i -> exposure("id-" + i, i))
                        .toList();
                sum = sum(sum, sink.deliver(List.of(Slices.slice(partition(number / 2), LOG, to, 1, records))));
                from = to;
            }
            return sum;
        });

        assertThat(results.stream().mapToLong(DeliveryResult::processed).sum()).isEqualTo(end);
        assertThat(results.stream().mapToLong(DeliveryResult::duplicatesById).sum())
                .as("each twin once, what the zombie repeats being told by its position")
                .isEqualTo(end);
        assertThat(database.exposures()).isEqualTo(end);
        assertThat(deadlocks(kind, database)).isZero();
    }

    private static DeliveryResult sum(DeliveryResult one, DeliveryResult other) {
        return new DeliveryResult(
                one.processed() + other.processed(),
                one.duplicates() + other.duplicates(),
                one.duplicatesById() + other.duplicatesById(),
                one.tests() + other.tests(),
                Set.of());
    }

    private long waiting() {
        Long sessions = database.jdbc()
                .queryForObject(
                        kind == Database.H2
                                ? "SELECT count(*) FROM information_schema.sessions WHERE executing_statement LIKE 'MERGE INTO%'"
                                : "SELECT count(*) FROM pg_locks WHERE NOT granted",
                        Long.class);
        return sessions == null ? 0 : sessions;
    }
}
