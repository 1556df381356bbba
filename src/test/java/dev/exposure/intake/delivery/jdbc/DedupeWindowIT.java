package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.exposure;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.jdbc.Slices.Received;
import dev.exposure.intake.testing.Slow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How long ids are remembered: at least the window, and not for ever. */
@Slow
@ParameterizedClass
@EnumSource(Database.class)
@ExtendWith(OutputCaptureExtension.class)
class DedupeWindowIT {

    /** The shortest that can be configured: old ids are looked for each second. */
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Parameter
    Database kind;

    @TempDir
    Path folder;

    private DatabaseFixture database;
    private JdbcDelivery sink;

    @BeforeEach
    void open() {
        database = new DatabaseFixture(kind.newUrl(folder));
        sink = database.sink(WINDOW);
        database.sink().prepare();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void idCountsAgainWhenWindowHasPassedAndItWasRemoved() {
        sink.deliver(List.of(slice(2, 1, exposure("old", 0), exposure("recent", 1))));
        age("old", 61);
        age("recent", 20);

        sink.prepare();

        await().atMost(PATIENCE).until(() -> ids() == 1);
        assertThat(sink.deliver(List.of(slice(4, 1, exposure("old", 2), exposure("recent", 3)))))
                .isEqualTo(new DeliveryResult(1, 1, 1, 0, Set.of()));
    }

    @Test
    void idIsStillDuplicateWhenWindowHasPassedAndItIsNotRemovedYet() {
        sink.deliver(List.of(slice(1, 1, exposure("old", 0))));
        age("old", 600);

        assertThat(sink.deliver(List.of(slice(2, 1, exposure("old", 1)))))
                .isEqualTo(new DeliveryResult(0, 1, 1, 0, Set.of()));
    }

    @Test
    void onlyOldIdsOfTheGroupGoWhenThereAreVeryManyAndTwoInstancesRemoveThem() {
        fill("old", 90, 100_000);
        fill("recent", 0, 1_000);
        fill("other group's", 90, 1_000);
        database.jdbc().update("UPDATE counted_exposure SET consumer_group = 'x' WHERE exposure_id LIKE 'other%'");
        JdbcDelivery other = database.sink(WINDOW);

        Stream.of(sink, other).forEach(JdbcDelivery::prepare);

        await().atMost(PATIENCE).until(() -> ids() == 2_000);
        assertThat(database.jdbc()
                        .queryForObject(
                                "SELECT count(*) FROM counted_exposure WHERE exposure_id LIKE 'old%'", Long.class))
                .isZero();
    }

    @Test
    void writesGoOnWhenOldIdsAreRemovedMeanwhile() {
        fill("old", 90, 50_000);
        sink.prepare();
        int written = 0;

        while (ids("old-4____") > 0 || written == 0) {
            // Ids that are being removed among others that are not.
            Received again = exposure("old-" + written, written);
            Received fresh = exposure("new-" + written, written);
            DeliveryResult result = sink.deliver(
                    List.of(slice(partition(0), written + 1L, 1, again), slice(partition(1), written + 1L, 1, fresh)));
            assertThat(result.processed() + result.duplicatesById()).isEqualTo(2);
            written++;
        }

        assertThat(ids("new%")).isEqualTo(written);
    }

    @Test
    void nothingIsRemovedWhenOffOrClosed() {
        fill("old", 4_000, 10);
        // Looked for each minute and not each second, so that it is closed before the first time.
        JdbcDelivery closed = database.sink(Duration.ofHours(1));
        closed.prepare();
        closed.close();
        database.sink().prepare();

        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("intake-purge"));
        assertThat(ids()).isEqualTo(10);
    }

    @Test
    void othersAreRemovedWhenSomeRowsAreLocked() throws SQLException {
        fill("old", 90, 5_000);
        try (Connection holder = database.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("SELECT * FROM counted_exposure WHERE exposure_id = 'old-1' FOR UPDATE");

            sink.prepare();

            if (kind == Database.POSTGRESQL) { // H2, which serves one instance, waits for the lock
                await().atMost(PATIENCE).until(() -> ids() == 1);
            }
            holder.rollback();
        }
        await().atMost(PATIENCE).until(() -> ids() == 0);
    }

    @Test
    void removalGoesOnAndNoIdIsSaidWhenItFailedForAWhile(CapturedOutput output) {
        fill("secret", 90, 3);
        database.jdbc().execute("ALTER TABLE counted_exposure RENAME TO away");
        sink.prepare();
        await().atMost(PATIENCE).until(() -> output.getAll().contains("Old exposure ids can't be removed for now"));

        database.jdbc().execute("ALTER TABLE away RENAME TO counted_exposure");

        await().atMost(PATIENCE).until(() -> ids() == 0);
        // A line may be shown twice, by an appender that another test has left in this JVM.
        assertThat(output.getAll().lines().distinct())
                .filteredOn(line -> line.contains("Old exposure ids can't be removed for now"))
                .hasSize(1);
        assertThat(output.getAll()).doesNotContain("secret");
    }

    private void fill(String prefix, int secondsAgo, int count) {
        database.jdbc()
                .update(
                        kind == Database.H2
                                ? "INSERT INTO counted_exposure SELECT ?, ? || '-' || x,"
                                        + " DATEADD(SECOND, -?, CURRENT_TIMESTAMP) FROM system_range(1, ?) AS r(x)"
                                : "INSERT INTO counted_exposure SELECT ?, ? || '-' || x,"
                                        + " CURRENT_TIMESTAMP - ? * INTERVAL '1 second' FROM generate_series(1, ?) AS x",
                        DatabaseFixture.GROUP,
                        prefix,
                        secondsAgo,
                        count);
    }

    private void age(String id, int seconds) {
        database.jdbc().update("DELETE FROM counted_exposure WHERE exposure_id = ?", id);
        fill(id, seconds, 1);
        database.jdbc().update("UPDATE counted_exposure SET exposure_id = ? WHERE exposure_id = ?", id, id + "-1");
    }

    private long ids() {
        return ids("%");
    }

    private long ids(String like) {
        Long count = database.jdbc()
                .queryForObject("SELECT count(*) FROM counted_exposure WHERE exposure_id LIKE ?", Long.class, like);
        return count == null ? -1 : count;
    }
}
