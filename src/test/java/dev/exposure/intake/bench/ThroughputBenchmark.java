package dev.exposure.intake.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.faults.MeasuredBacklog;
import dev.exposure.intake.faults.MeasuredBacklog.Rate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How fast one instance works off a backlog, with different heaps and numbers of consumer threads; the set-ups take turns.
 * Kafka, PostgreSQL and the instance are processes of their own on one machine.
 */
class ThroughputBenchmark {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int RECORDS_EACH = Integer.getInteger("bench.records-each", 250_000);
    private static final int PARTITIONS = 4;

    /** What an instance is given. */
    enum SetUp {
        HEAP_128_MB("128m", 1),
        HEAP_256_MB("256m", 1),
        HEAP_512_MB("512m", 1),
        TWO_THREADS_512_MB("512m", 2);

        private final String heap;
        private final int threads;

        SetUp(String heap, int threads) {
            this.heap = heap;
            this.threads = threads;
        }

        Rate measure() throws IOException {
            return MeasuredBacklog.drain(
                    "throughput",
                    PARTITIONS,
                    RECORDS_EACH,
                    heap,
                    Map.of("spring.kafka.listener.concurrency", String.valueOf(threads)));
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void throughput() throws IOException {
        Map<SetUp, List<Rate>> rates = new EnumMap<>(SetUp.class);
        for (int round = 0; round < ROUNDS; round++) {
            for (SetUp setUp : SetUp.values()) {
                rates.computeIfAbsent(setUp, any -> new ArrayList<>()).add(setUp.measure());
            }
        }
        System.out.println("| set-up | records/s, median | min | max | CPU s a million | heap used at most, MB |");
        System.out.println("|---|---|---|---|---|---|");
        rates.forEach((setUp, all) -> System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %,.0f | %.1f | %.0f |%n",
                setUp.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                median(all, Rate::recordsPerSecond),
                sorted(all, Rate::recordsPerSecond).get(0),
                Collections.max(sorted(all, Rate::recordsPerSecond)),
                median(all, Rate::cpuSecondsPerMillion),
                Collections.max(sorted(all, Rate::maxHeapBytes)) / (1 << 20)));
        System.out.printf(
                Locale.ROOT,
                "load average %.1f%n",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        assertThat(rates.values()).allSatisfy(all -> assertThat(all).hasSize(ROUNDS));
    }

    private static double median(List<Rate> rates, ToDoubleFunction<Rate> figure) {
        return sorted(rates, figure).get(rates.size() / 2);
    }

    private static List<Double> sorted(List<Rate> rates, ToDoubleFunction<Rate> figure) {
        return rates.stream().map(figure::applyAsDouble).sorted().toList();
    }
}
