package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** More records wait than memory could hold, behind a database that is slow: memory is bounded, and the group is at rest. */
class BackpressureFaults {

    private static final List<String> SMALL_HEAP = List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError");
    private static final Map<String, String> SHORT_POLL_INTERVAL = Map.of(
            "spring.kafka.consumer.properties.max.poll.interval.ms", "20000",
            "spring.kafka.consumer.properties.session.timeout.ms", "6000");
    private static final int SLOW_BATCHES = 40;
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private double maxHeap;

    @Test
    void backlogOfTwoMillionRecordsDrainsWhenEachBatchTakesASecond() throws IOException {
        try (Scene scene = Scene.open("backpressure", 4)) {
            ServiceProcess service = scene.service("intake-1", SMALL_HEAP, SHORT_POLL_INTERVAL)
                    .start()
                    .awaitReady();
            scene.awaitAllOwned();
            double rebalances = service.metric("intake_rebalances_total", Map.of());
            scene.database()
                    .execute("CREATE FUNCTION take_a_second() RETURNS trigger LANGUAGE plpgsql"
                            + " AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'");
            scene.database()
                    .execute("CREATE TRIGGER slow AFTER INSERT OR UPDATE ON partition_position"
                            + " FOR EACH STATEMENT EXECUTE FUNCTION take_a_second()");
            double before = batches(service);
            Backlog.compressed(scene).write(4, 500_000, "");
            await("slow batches")
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> batches(service) >= before + SLOW_BATCHES);
            double slow = batches(service) - before;
            assertThat(service.metric("intake_records_total", Map.of()))
                    .as("most of the backlog waits")
                    .isLessThan(1_000_000);
            double betweenPolls = service.metric("kafka_consumer_time_between_poll_max", Map.of());
            scene.database().execute("DROP TRIGGER slow ON partition_position");
            awaitDrained(scene, service);

            Balance balance = scene.settle();
            report("backpressure, " + (int) slow + " slow batches", balance, scene, service);
            Scene.report(String.format(
                    Locale.ROOT,
                    "backpressure: longest time between polls %.1f s of 20 s allowed",
                    betweenPolls / 1000));
            balance.assertExact();
            assertUndisturbed(service, rebalances);
        }
    }

    @Test
    void backlogOfLargeRecordsDrainsWhenTheyExpandInMemory() throws IOException {
        try (Scene scene = Scene.open("large-records", 16)) {
            Backlog.compressed(scene).write(16, 125, Backlog.logLikeText(900_000));
            ServiceProcess service = scene.service("intake-1", SMALL_HEAP, SHORT_POLL_INTERVAL)
                    .start()
                    .awaitReady();
            scene.awaitAllOwned();
            double rebalances = service.metric("intake_rebalances_total", Map.of());
            awaitDrained(scene, service);

            Balance balance = scene.settle();
            report("large records", balance, scene, service);
            balance.assertExact();
            assertUndisturbed(service, rebalances);
        }
    }

    private void awaitDrained(Scene scene, ServiceProcess service) {
        long written = scene.ledger().written();
        await("backlog of " + written)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .failFast("The service died: " + service, () -> !service.isRunning())
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    maxHeap = Math.max(maxHeap, service.metric("jvm_memory_used_bytes", Map.of("area", "heap")));
                    return service.metric("intake_records_total", Map.of()) >= written;
                });
    }

    private double batches(ServiceProcess service) throws IOException {
        maxHeap = Math.max(maxHeap, service.metric("jvm_memory_used_bytes", Map.of("area", "heap")));
        return service.metric("intake_batch_seconds_count", Map.of());
    }

    private void report(String what, Balance balance, Scene scene, ServiceProcess service) throws IOException {
        Scene.report(String.format(
                Locale.ROOT,
                "%s: %s, re-read %,d, heap at most %.0f of %.0f MB",
                what,
                balance,
                scene.reRead(),
                maxHeap / (1 << 20),
                service.metric("jvm_memory_max_bytes", Map.of("area", "heap")) / (1 << 20)));
    }

    private static void assertUndisturbed(ServiceProcess service, double rebalances) throws IOException {
        assertThat(service.isRunning()).as("%s", service).isTrue();
        assertThat(service.lines()).as("%s", service).noneMatch(line -> line.contains("OutOfMemoryError"));
        assertThat(service.metric("intake_rebalances_total", Map.of()))
                .as("rebalances of %s", service)
                .isEqualTo(rebalances);
    }
}
