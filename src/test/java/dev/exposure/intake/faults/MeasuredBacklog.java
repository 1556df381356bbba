package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A backlog for measurements: programs work off, one after the other, records that are in Kafka already. The first part of each
 * run warms the JVM up and is not measured.
 */
public final class MeasuredBacklog implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int LINE = 400;
    private static final String RAW_LOOP = "src/test/bench/RawLoop.java";
    private static final Pattern MEASURED = Pattern.compile("measured (\\d+) (\\d+) (\\d+) of bytes (\\d+)");

    private final Scene scene;
    private final Path directory;
    private final long warmUp;
    private int runs;

    /**
     * What was measured.
     *
     * @param recordsPerSecond after the warm-up
     * @param cpuSecondsPerMillion of the process, over the same
     * @param allocatedBytesPerRecord as the garbage collector tells it; not a number where it is not known
     * @param maxHeapBytes most that was seen in use; not a number where it is not known
     */
    public record Rate(
            double recordsPerSecond,
            double cpuSecondsPerMillion,
            double allocatedBytesPerRecord,
            double maxHeapBytes) {}

    private MeasuredBacklog(Scene scene, Path directory, long warmUp) {
        this.scene = scene;
        this.directory = directory;
        this.warmUp = warmUp;
    }

    /** Starts Kafka and PostgreSQL, and fills the partitions. */
    public static MeasuredBacklog open(String name, int partitions, int recordsEach, long warmUp) {
        Scene scene = Scene.open(name, partitions);
        try {
            scene.kafka().createTopic(Scene.RESULTS, partitions, 1, Map.of());
            Backlog.compressed(scene).write(partitions, recordsEach, Backlog.logLikeText(LINE));
            return new MeasuredBacklog(scene, Path.of("target", "faults", name), warmUp);
        } catch (RuntimeException | Error ex) {
            scene.close();
            throw ex;
        }
    }

    /** Polls it and does nothing else. */
    public Rate rawLoop() {
        runs++;
        ChildProcess process = ChildProcess.plainJava(
                directory.resolve("raw-" + runs + ".log"),
                Map.of(),
                List.of(
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RAW_LOOP,
                        scene.kafka().bootstrapServers(),
                        Scene.TOPIC,
                        String.valueOf(warmUp),
                        String.valueOf(scene.ledger().written())));
        process.awaitExit(LIMIT);
        for (String line : process.lines()) {
            Matcher measured = MEASURED.matcher(line);
            if (measured.find()) {
                double records = Double.parseDouble(measured.group(1));
                return new Rate(
                        records * 1e9 / Double.parseDouble(measured.group(2)),
                        Double.parseDouble(measured.group(3)) / 1e9 / records * 1e6,
                        Double.NaN,
                        Double.NaN);
            }
        }
        throw new IllegalStateException("It has measured nothing: " + process);
    }

    /** Has an instance of the service with a group and a database of its own count it, and checks that it is exact. */
    public Rate jdbc(String heap, Map<String, String> furtherProperties) throws IOException {
        String name = "run_" + ++runs;
        Map<String, String> properties = new HashMap<>(furtherProperties);
        properties.put("spring.kafka.consumer.group-id", name);
        properties.put("spring.datasource.url", scene.database().create(name));
        ServiceProcess service = start(name, heap, properties);
        try {
            Rate rate = measure(service);
            Awaitility.await("the balance of " + name).atMost(LIMIT).untilAsserted(() -> {
                var balance = service.actuator("balance?counts=true");
                assertThat(balance.get("off").asLong()).isZero();
                assertThat(balance.at("/counts/table").asLong())
                        .isEqualTo(scene.ledger().counted());
            });
            return rate;
        } finally {
            service.stop();
        }
    }

    /** Has an instance with the delivery to Kafka count it; what it adds to the results is checked. */
    public Rate kafka(String heap, Map<String, String> furtherProperties) throws IOException {
        String name = "run_" + ++runs;
        long before = results();
        Map<String, String> properties = new HashMap<>(furtherProperties);
        properties.put("spring.kafka.consumer.group-id", name);
        properties.put("intake.delivery.type", "kafka");
        properties.put("intake.delivery.kafka.topic", Scene.RESULTS);
        for (String property : List.of("url", "username", "password")) {
            properties.put("spring.datasource." + property, "");
        }
        ServiceProcess service = start(name, heap, properties);
        Rate rate;
        try {
            rate = measure(service);
        } finally {
            service.stop();
        }
        assertThat(results() - before).isEqualTo(scene.ledger().counted());
        return rate;
    }

    private long results() {
        return ResultSums.read(scene.kafka().bootstrapServers(), Scene.RESULTS).values().stream()
                .mapToLong(Ledger.Sum::exposures)
                .sum();
    }

    private ServiceProcess start(String name, String heap, Map<String, String> properties) {
        return scene.service(name, List.of("-Xmx" + heap), properties)
                .measured()
                .start()
                .awaitReady();
    }

    private Rate measure(ServiceProcess service) {
        Meter begin = awaitRecords(service, warmUp);
        Meter end = awaitRecords(service, scene.ledger().written());
        double records = end.records - begin.records;
        return new Rate(
                records * 1e9 / (end.nanos - begin.nanos),
                (end.cpuNanos - begin.cpuNanos) / 1e9 / records * 1e6,
                (end.allocated - begin.allocated) / records,
                Math.max(begin.maxHeap, end.maxHeap));
    }

    private record Meter(long nanos, double records, double cpuNanos, double allocated, double maxHeap) {}

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
                                    service.metric("jvm_gc_memory_allocated_bytes_total", Map.of()),
                                    maxHeap[0]);
                        },
                        meter -> meter.records >= records);
    }

    @Override
    public void close() {
        scene.close();
    }
}
