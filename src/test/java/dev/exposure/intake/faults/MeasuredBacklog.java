package dev.exposure.intake.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A backlog for measurements: one instance with this many bytes of heap works off records that are in Kafka already. */
public final class MeasuredBacklog {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int LINE = 400;

    private MeasuredBacklog() {}

    /**
     * What was measured.
     *
     * @param recordsPerSecond over the last nine tenths of the backlog
     * @param cpuSecondsPerMillion of the instance, over the same
     * @param maxHeapBytes most that was seen in use
     */
    public record Rate(double recordsPerSecond, double cpuSecondsPerMillion, double maxHeapBytes) {}

    /** Fills Kafka, starts the instance with PostgreSQL, waits until all is counted, and checks that it is exact. */
    public static Rate drain(String name, int partitions, int recordsEach, String heap, Map<String, String> properties)
            throws IOException {
        try (Scene scene = Scene.open(name, partitions)) {
            Backlog.compressed(scene).write(partitions, recordsEach, Backlog.logLikeText(LINE));
            long all = scene.ledger().written();
            ServiceProcess service = scene.service("intake-1", List.of("-Xmx" + heap), properties)
                    .start()
                    .awaitReady();
            Meter begin = awaitRecords(service, 0.1 * all);
            Meter end = awaitRecords(service, all);
            scene.settle().assertExact();
            double records = end.records - begin.records;
            return new Rate(
                    records * 1e9 / (end.nanos - begin.nanos),
                    (end.cpuNanos - begin.cpuNanos) / 1e9 / records * 1e6,
                    Math.max(begin.maxHeap, end.maxHeap));
        }
    }

    private record Meter(long nanos, double records, double cpuNanos, double maxHeap) {}

    private static Meter awaitRecords(ServiceProcess service, double records) {
        double[] maxHeap = {0};
        return Awaitility.await("%.0f records".formatted(records))
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .failFast("The service died: " + service, () -> !service.isRunning())
                .until(
                        () -> {
                            maxHeap[0] = Math.max(
                                    maxHeap[0], service.metric("jvm_memory_used_bytes", Map.of("area", "heap")));
                            return new Meter(
                                    System.nanoTime(),
                                    service.metric("intake_records_total", Map.of()),
                                    service.metric("process_cpu_time_ns_total", Map.of()),
                                    maxHeap[0]);
                        },
                        meter -> meter.records >= records);
    }
}
