package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.testing.Scrape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
    private static final int ADS = 1_000;
    private static final long FIRST_TIME = 1_722_650_400_000L;
    private static final String RAW_LOOP = "src/test/bench/RawLoop.java";
    private static final Pattern MEASURED = Pattern.compile("measured (\\d+) (\\d+) (\\d+) of bytes (\\d+)");

    private final Scene scene;
    private final Path directory;
    private final long written;
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

    private MeasuredBacklog(Scene scene, Path directory, long written, long warmUp) {
        this.scene = scene;
        this.directory = directory;
        this.written = written;
        this.warmUp = warmUp;
    }

    /** Starts Kafka and PostgreSQL, and fills the partitions. */
    public static MeasuredBacklog open(String name, int partitions, int recordsEach, long warmUp) {
        Scene scene = Scene.open(name, partitions);
        try {
            scene.kafka().createTopic(Scene.RESULTS, partitions, 1, Map.of());
            for (int i = 0; i < partitions; i++) {
                int partition = i;
                Backlog.compressed(scene).writeTo(partition, recordsEach, number -> event(partition, number));
            }
            long written = (long) partitions * recordsEach;
            return new MeasuredBacklog(scene, Path.of("target", "faults", name), written, warmUp);
        } catch (RuntimeException | Error ex) {
            scene.close();
            throw ex;
        }
    }

    /** An exposure as Filebeat 8 ships it, about 900 bytes: a thousand ads, a thousand exposures of each in a minute. */
    private static byte[] event(int partition, long number) {
        long at = FIRST_TIME + number * 60_000 / (ADS * 1_000);
        long random = (number * 4 + partition) * 0x9E3779B97F4A7C15L;
        long ad = Math.floorMod(random, ADS);
        return """
                {"@timestamp":"%s","@metadata":{"beat":"filebeat","type":"_doc","version":"8.14.3"},"agent":{"ephemeral_id":\
                "6b0c4c52-8a1a-4d31-9f5e-2f7f1f9f2a10","id":"4f1c9f0e-0a1b-4c2d-8e3f-5a6b7c8d9e0f","name":"ad-front-01",\
                "type":"filebeat","version":"8.14.3"},"log":{"offset":%s,"file":{"path":"/data/logs/exposure.log","device_id":\
                "64768","inode":"1835023"}},"message":"{\\"exposure_id\\":\\"e%s-%s\\",\\"ad_id\\":\\"ad-%s\\",\\"campaign_id\\":%s,\
                \\"creative_id\\":\\"cr-%s\\",\\"slot_id\\":\\"feed_top\\",\\"request_id\\":\\"%016x\\",\\"user_id\\":\\"u%s\\",\
                \\"device\\":\\"phone\\",\\"region\\":\\"110100\\",\\"exposed_at\\":%s,\\"price_micros\\":%s}","input":{"type":\
                "filestream"},"fields":{"service":"ad-front","env":"prod"},"host":{"name":"ad-front-01.example.com","os":\
                {"platform":"debian","family":"debian","kernel":"6.1.0-21-amd64"}},"ecs":{"version":"8.0.0"}}""".formatted(
                        Instant.ofEpochMilli(at),
                        number * 400,
                        partition,
                        number,
                        ad,
                        4_000 + ad % 50,
                        ad * 7,
                        random,
                        random >>> 40,
                        at,
                        (random >>> 20 & 0xFFF) + 100)
                .getBytes(StandardCharsets.UTF_8);
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
                        String.valueOf(written)));
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
                assertThat(balance.at("/counts/table").asLong()).isEqualTo(written);
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
        assertThat(results() - before).isEqualTo(written);
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
        Meter end = awaitRecords(service, written);
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
        // Each scrape costs the service CPU that is measured with the rest: one every half second is 1 % of it at most.
        return Awaitility.await("%.0f records".formatted(records))
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .failFast("The service died: " + service, () -> !service.isRunning())
                .until(
                        () -> {
                            Scrape scrape = service.scrape();
                            maxHeap[0] = Math.max(maxHeap[0], sum(scrape, "jvm_memory_used_bytes", "heap"));
                            return new Meter(
                                    System.nanoTime(),
                                    sum(scrape, "intake_records_total", ""),
                                    sum(scrape, "process_cpu_time_ns_total", ""),
                                    sum(scrape, "jvm_gc_memory_allocated_bytes_total", ""),
                                    maxHeap[0]);
                        },
                        meter -> meter.records >= records);
    }

    private static double sum(Scrape scrape, String metric, String area) {
        return scrape.named(metric).stream()
                .filter(sample -> area.isEmpty() || area.equals(sample.labels().get("area")))
                .mapToDouble(Scrape.Sample::value)
                .sum();
    }

    @Override
    public void close() {
        scene.close();
    }
}
