package dev.exposure.intake.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.faults.MeasuredScene;
import dev.exposure.intake.faults.MeasuredScene.Addition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long a partition that is added to the topic waits for an owner, seen from outside and by the service's own histogram;
 * Kafka, PostgreSQL and the instances are processes of their own.
 */
class DiscoveryBenchmark {

    private static final int ADDITIONS = Integer.getInteger("bench.additions", 30);
    private static final int PARTITIONS = 3;
    private static final Path REPORT = Path.of("target", "bench", "discovery.txt");

    /** A rebalance protocol and how it is set up. */
    enum Protocol {
        /** The service's defaults. */
        CLASSIC,
        /** The broker's defaults: a heartbeat each 5 s. */
        CONSUMER,
        /** With brokers that let members send one each second. */
        CONSUMER_1S;

        Map<String, String> broker() {
            return this == CONSUMER_1S
                    ? Map.of(
                            "group.consumer.min.heartbeat.interval.ms", "1000",
                            "group.consumer.heartbeat.interval.ms", "1000")
                    : Map.of();
        }

        Map<String, String> service() {
            return this == CLASSIC ? Map.of() : Map.of("spring.kafka.consumer.properties.group.protocol", "consumer");
        }
    }

    @ParameterizedTest
    @CsvSource({"CLASSIC,1", "CLASSIC,3", "CONSUMER,1", "CONSUMER,3", "CONSUMER_1S,1", "CONSUMER_1S,3"})
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void discovery(Protocol protocol, int instances) throws IOException {
        String name = protocol.name().toLowerCase(Locale.ROOT) + "-" + instances;
        Random random = new Random(1);
        List<Addition> additions = new ArrayList<>();
        try (MeasuredScene scene =
                MeasuredScene.open("bench-" + name, PARTITIONS, instances, protocol.broker(), protocol.service())) {
            for (int number = 0; number < ADDITIONS; number++) {
                LockSupport.parkNanos(
                        random.nextLong(3_500_000_000L)); // at any moment between two looks at the cluster
                additions.add(scene.addPartition());
            }
            report("%-13s from completion  %s", name, spread(additions, Addition::created));
            report("%-13s from the call    %s", "", spread(additions, Addition::asked));
            report("%-13s own histogram    %s", "", p99Bucket(scene.discoveryHistogram()));
            report("%-13s load average %.1f; %s", "", load(), scene.settle());
        }
        assertThat(additions).hasSize(ADDITIONS);
    }

    private static String spread(List<Addition> additions, Function<Addition, Instant> from) {
        double[] seconds = additions.stream()
                .mapToDouble(addition -> Duration.between(from.apply(addition), addition.assigned())
                                .toMillis()
                        / 1e3)
                .sorted()
                .toArray();
        return String.format(
                Locale.ROOT,
                "min %.2f, median %.2f, p99 %.2f, max %.2f s (%d additions)",
                seconds[0],
                seconds[seconds.length / 2],
                seconds[(int) Math.ceil(seconds.length * 0.99) - 1],
                seconds[seconds.length - 1],
                seconds.length);
    }

    /** Smallest bound that 99 % of the discoveries lie below. */
    private static String p99Bucket(SortedMap<Double, Double> buckets) {
        double all = buckets.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
        return buckets.entrySet().stream()
                .filter(bucket -> all > 0 && bucket.getValue() >= 0.99 * all)
                .findFirst()
                .map(bucket -> String.format(Locale.ROOT, "p99 <= %s s (%.0f discoveries)", bucket.getKey(), all))
                .orElse("empty");
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static void report(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        System.out.println(line);
        try {
            Files.createDirectories(REPORT.getParent());
            Files.writeString(REPORT, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
