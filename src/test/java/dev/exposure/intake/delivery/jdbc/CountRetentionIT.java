package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.exposure;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.partition.CountSums;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Minutes older than the retention are removed from the counts while others are counted; without one, all are kept. */
@ParameterizedClass
@EnumSource(Database.class)
class CountRetentionIT {

    /** Shorter than can be configured, so that old minutes are looked for every other second. */
    private static final Duration RETENTION = Duration.ofMinutes(2);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

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
    void onlyOldMinutesGoWhenThereAreManyAndTwoInstancesRemoveThem() {
        fill("old", 10, 20_000);
        fill("recent", 0, 1_000);

        Stream.of(database.sinkKeeping(RETENTION), database.sinkKeeping(RETENTION))
                .forEach(JdbcDelivery::prepare);

        await().atMost(PATIENCE).until(() -> rows("old%") == 0);
        assertThat(rows("recent%")).isEqualTo(1_000);
    }

    @Test
    void eachExposureIsCountedOnceWhileWritersWriteTheRowsThatAreRemoved() throws Exception {
        int writers = 3;
        fill("old", 10, 30_000);
        database.sinkKeeping(RETENTION).prepare();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        CountKey fresh = new CountKey(now, "campaign", "fresh", "slot");

        List<Integer> written = Writers.together(writers, number -> {
            JdbcDelivery sink = database.sink();
            int offset = 0;
            while (rows("old-29%") > 0 || offset == 0) {
                // A late exposure, for a row that is about to be removed, among those of now.
                CountKey late = new CountKey(now.minusSeconds(600), "campaign", "old-" + (offset + 1), "slot");
                sink.deliver(List.of(slice(
                        partition(number),
                        offset + 2L,
                        1,
                        exposure(number + "-" + offset, offset, 1, late),
                        exposure(number + "-" + (offset + 1), offset + 1L, 1, fresh))));
                offset += 2;
            }
            return offset / 2;
        });

        assertThat(database.jdbc()
                        .queryForObject("SELECT sum(exposures) FROM exposure_count WHERE ad_id = 'fresh'", Long.class))
                .isEqualTo(written.stream().mapToLong(Integer::longValue).sum());
        await().atMost(PATIENCE).until(() -> rows("old%") == 0);
        CountSums sums = database.sink().sumCounts();
        assertThat(sums.table() + sums.removed())
                .as("what was processed, and the rows that the test filled in")
                .isEqualTo(sums.processed() + 30_000);
        assertThat(sums.removed()).isGreaterThanOrEqualTo(30_000);
        assertThat(Writers.deadlocks(kind, database)).isZero();
    }

    @Test
    void othersAreRemovedWhenSomeRowsAreLockedByAWriter() throws SQLException {
        fill("old", 10, 5_000);
        try (Connection writer = database.dataSource().getConnection()) {
            writer.setAutoCommit(false);
            writer.createStatement().execute("UPDATE exposure_count SET exposures = 2 WHERE ad_id = 'old-1'");

            database.sinkKeeping(RETENTION).prepare();

            if (kind == Database.POSTGRESQL) { // H2, which serves one instance, waits for the lock
                await().atMost(PATIENCE).until(() -> rows("old%") == 1);
            }
            writer.rollback();
        }
        await().atMost(PATIENCE).until(() -> rows("old%") == 0);
    }

    @Test
    void allIsKeptWithoutARetentionAndRemovedInStepsWithOne() {
        fill("old", 60 * 24 * 4_000, 3 * Purge.LIMIT);
        database.sink().prepare();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("intake-purge");
        Dialect dialect = kind == Database.H2 ? Dialect.H2 : Dialect.POSTGRESQL;

        assertThat(database.jdbc()
                        .queryForMap(dialect.purgeCounts(), RETENTION.toMillis(), Purge.LIMIT)
                        .values())
                .as("rows, exposures")
                .hasSize(2)
                .allSatisfy(number -> assertThat(((Number) number).intValue()).isEqualTo(Purge.LIMIT));
        assertThat(rows("old%")).isEqualTo(2 * Purge.LIMIT);
    }

    private void fill(String prefix, int minutesAgo, int count) {
        Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(minutesAgo, ChronoUnit.MINUTES);
        String rows = kind == Database.H2 ? "system_range(1, ?) AS r(x)" : "generate_series(1, ?) AS x";
        database.jdbc()
                .update(
                        "INSERT INTO exposure_count SELECT CAST(? AS timestamp with time zone), 'campaign', ? || '-' || x,"
                                + " 'slot', 1, 10 FROM " + rows,
                        minute.toString(),
                        prefix,
                        count);
    }

    private long rows(String like) {
        Long count = database.jdbc()
                .queryForObject("SELECT count(*) FROM exposure_count WHERE ad_id LIKE ?", Long.class, like);
        return count == null ? -1 : count;
    }
}
