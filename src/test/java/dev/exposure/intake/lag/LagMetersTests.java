package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.PartitionId;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LagMetersTests {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile Set<PartitionId> owned = Set.of(id(0), id(1));
    private final LagMeters meters =
            new LagMeters(registry, Clock.fixed(NOW.plusMillis(1400), ZoneOffset.UTC), () -> owned);

    @Test
    void scrapeBeforeFirstSampleShowsNothing() {
        meters.refresh();

        assertThat(scrape()).isEmpty();
    }

    @Test
    void scrapeAfterSampleShowsNamesAndLabelsOfTheContract() {
        meters.sampled(snapshot(
                lag(0, "me", 42L, 0.8), lag(1, "me", 0L, 0.0), lag(2, "other", 9L, 3.0), lag(3, null, 5L, 1.0)));

        assertThat(scrape())
                .containsExactlyInAnyOrder(
                        "intake_lag_sample_age_seconds 1.4",
                        "intake_partition_behind_seconds{partition=\"0\",topic=\"ads\"} 0.8",
                        "intake_partition_behind_seconds{partition=\"1\",topic=\"ads\"} 0.0",
                        "intake_partition_committed{partition=\"0\",topic=\"ads\"} 40.0",
                        "intake_partition_committed{partition=\"1\",topic=\"ads\"} 40.0",
                        "intake_partition_log_start{partition=\"0\",topic=\"ads\"} 10.0",
                        "intake_partition_log_start{partition=\"1\",topic=\"ads\"} 10.0",
                        "intake_partition_headroom{partition=\"0\",topic=\"ads\"} 30.0",
                        "intake_partition_held_back{partition=\"0\",topic=\"ads\"} 7.0",
                        "intake_partition_headroom{partition=\"1\",topic=\"ads\"} 30.0",
                        "intake_partition_held_back{partition=\"1\",topic=\"ads\"} 7.0",
                        "intake_partition_lag{partition=\"0\",topic=\"ads\"} 42.0",
                        "intake_partition_lag{partition=\"1\",topic=\"ads\"} 0.0",
                        "intake_partitions_unowned{topic=\"ads\"} 1.0");
        assertThat(registry.scrape())
                .contains("# TYPE intake_partition_lag gauge", "# TYPE intake_lag_sample_age_seconds gauge");
    }

    @Test
    void scrapeAfterNextSampleShowsNewValues() {
        meters.sampled(snapshot(lag(0, "me", 42L, 0.8)));
        meters.sampled(snapshot(lag(0, "me", 7L, 0.1)));

        assertThat(scrape())
                .contains(
                        "intake_partition_lag{partition=\"0\",topic=\"ads\"} 7.0",
                        "intake_partition_behind_seconds{partition=\"0\",topic=\"ads\"} 0.1");
    }

    @Test
    void scrapeWhenDelayBecomesUnknownHasNoBehindGauge() {
        meters.sampled(snapshot(lag(0, "me", 42L, 0.8)));
        meters.sampled(snapshot(lag(0, "me", 42L, null)));

        assertThat(scrape())
                .contains("intake_partition_lag{partition=\"0\",topic=\"ads\"} 42.0")
                .noneMatch(line -> line.contains("behind") || line.contains("NaN"));
    }

    @Test
    void scrapeWhenLagBecomesUnknownHasNoGaugeOfThePartition() {
        meters.sampled(snapshot(lag(0, "me", 42L, 0.8)));
        meters.sampled(snapshot(new PartitionLag("ads", 0, "me", null, null, 58L, null, null, null, null)));

        assertThat(scrape())
                .filteredOn(line -> line.contains("partition="))
                .as("what is known all the same")
                .containsExactly("intake_partition_committed{partition=\"0\",topic=\"ads\"} 58.0");
    }

    @Test
    void scrapeWhenNothingWasCommittedHasNoCommittedGauge() {
        meters.sampled(snapshot(new PartitionLag("ads", 0, "me", 10L, 100L, null, 90L, null, 0L, 0L)));

        assertThat(scrape())
                .contains(
                        "intake_partition_lag{partition=\"0\",topic=\"ads\"} 90.0",
                        "intake_partition_log_start{partition=\"0\",topic=\"ads\"} 10.0")
                .noneMatch(line -> line.contains("committed") || line.contains("NaN"));
    }

    @Test
    void refreshWhenPartitionIsRevokedRemovesItsGaugesAtOnce() {
        meters.sampled(snapshot(lag(0, "me", 42L, 0.8), lag(1, "me", 3L, 0.2)));
        owned = Set.of(id(1));
        meters.refresh();

        assertThat(scrape())
                .noneMatch(line -> line.contains("partition=\"0\""))
                .contains("intake_partition_lag{partition=\"1\",topic=\"ads\"} 3.0");
    }

    @Test
    void refreshWhenPartitionIsAssignedAgainShowsItFromTheLastSample() {
        owned = Set.of();
        meters.sampled(snapshot(lag(0, "me", 42L, 0.8)));
        assertThat(scrape()).noneMatch(line -> line.contains("partition="));
        owned = Set.of(id(0));
        meters.refresh();

        assertThat(scrape()).contains("intake_partition_lag{partition=\"0\",topic=\"ads\"} 42.0");
    }

    @Test
    void scrapeWhenEveryPartitionIsOwnedShowsZeroForEachTopic() {
        meters.sampled(
                snapshot(lag(0, "me", 0L, 0.0), new PartitionLag("clicks", 0, "other", 0L, 0L, 0L, 0L, 0.0, 0L, 0L)));

        assertThat(scrape())
                .contains(
                        "intake_partitions_unowned{topic=\"ads\"} 0.0",
                        "intake_partitions_unowned{topic=\"clicks\"} 0.0");
    }

    @Test
    void scrapeWhenTopicIsGoneHasNoGaugeOfIt() {
        meters.sampled(snapshot(lag(0, "me", 1L, 0.1)));
        meters.sampled(snapshot());

        assertThat(scrape()).containsExactly("intake_lag_sample_age_seconds 1.4");
    }

    @Test
    void scrapeAfterGarbageCollectionShowsNoNaN() {
        meters.sampled(snapshot(lag(0, "me", 42L, 0.8)));
        System.gc();

        assertThat(scrape()).hasSize(8).noneMatch(line -> line.contains("NaN"));
    }

    @Test
    void refreshWhenRegistryRenamesMetersStillRemovesThem() {
        registry.config().commonTags("app", "intake").meterFilter(MeterFilter.renameTag("intake", "partition", "part"));
        meters.sampled(snapshot(lag(0, "me", 42L, 0.8)));
        assertThat(scrape()).contains("intake_partition_lag{app=\"intake\",part=\"0\",topic=\"ads\"} 42.0");
        owned = Set.of();
        meters.refresh();

        assertThat(scrape()).noneMatch(line -> line.contains("part="));
    }

    @Test
    void refreshWhenCalledByManyThreadsEndsWithWhatIsOwned() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 300; round++) {
                owned = Set.of(id(0), id(1));
                LagSnapshot snapshot = snapshot(lag(0, "me", (long) round, 0.1), lag(1, "me", 3L, 0.2));
                CountDownLatch start = new CountDownLatch(1);
                Future<?> sampler = threads.submit(() -> {
                    start.await();
                    meters.sampled(snapshot);
                    return null;
                });
                Future<?> revoke = threads.submit(() -> {
                    start.await();
                    owned = Set.of(id(1));
                    meters.refresh();
                    return null;
                });
                start.countDown();
                sampler.get(60, TimeUnit.SECONDS);
                revoke.get(60, TimeUnit.SECONDS);

                assertThat(scrape())
                        .as("round %d", round)
                        .noneMatch(line -> line.contains("partition=\"0\""))
                        .contains("intake_partition_lag{partition=\"1\",topic=\"ads\"} 3.0");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void refreshWhenAnotherThreadReadOldOwnershipDoesNotLetItBringBackTheGauge() throws Exception {
        CountDownLatch readOld = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread[] slow = new Thread[1];
        LagMeters racing = new LagMeters(registry, Clock.systemUTC(), () -> {
            Set<PartitionId> seen = owned;
            if (Thread.currentThread() == slow[0]) {
                readOld.countDown();
                await(goOn);
            }
            return seen;
        });
        slow[0] = new Thread(() -> racing.sampled(snapshot(lag(0, "me", 42L, 0.8))));
        slow[0].start();
        await(readOld);
        owned = Set.of();
        racing.refresh();
        goOn.countDown();
        slow[0].join(60_000);

        assertThat(scrape()).noneMatch(line -> line.contains("partition="));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private List<String> scrape() {
        return registry.scrape().lines().filter(line -> !line.startsWith("#")).toList();
    }

    private static PartitionId id(int partition) {
        return new PartitionId("ads", partition);
    }

    private static LagSnapshot snapshot(PartitionLag... lags) {
        return LagSnapshot.of("g", NOW, List.of(lags));
    }

    private static PartitionLag lag(
            int partition, @Nullable String owner, @Nullable Long lag, @Nullable Double behind) {
        return new PartitionLag("ads", partition, owner, 10L, 100L, 40L, lag, behind, 7L, 30L);
    }
}
