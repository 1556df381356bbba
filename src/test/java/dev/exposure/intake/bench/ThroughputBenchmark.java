package dev.exposure.intake.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.faults.MeasuredBacklog;
import dev.exposure.intake.faults.MeasuredBacklog.Rate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How fast one instance works off a backlog, and what it takes, beside a loop that only polls the same records. The programs take
 * turns. Kafka, PostgreSQL and each program are processes of their own on one machine.
 */
class ThroughputBenchmark {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int RECORDS_EACH = Integer.getInteger("bench.records-each", 1_000_000);
    private static final int WARM_UP = Integer.getInteger("bench.warm-up", 2_000_000);
    private static final int PARTITIONS = 4;

    private interface Program {
        Rate run(MeasuredBacklog backlog) throws IOException;
    }

    /** What works the backlog off. */
    private record SetUp(String text, Program program) {}

    private static final SetUp RAW_LOOP = new SetUp("raw loop", MeasuredBacklog::rawLoop);

    private static final List<SetUp> SET_UPS = List.of(
            RAW_LOOP,
            new SetUp("jdbc delivery, heap of 1 GB", backlog -> backlog.jdbc("1g", Map.of())),
            new SetUp("jdbc delivery, heap of 256 MB", backlog -> backlog.jdbc("256m", Map.of())),
            new SetUp(
                    "jdbc delivery, two threads, heap of 1 GB",
                    backlog -> backlog.jdbc("1g", Map.of("spring.kafka.listener.concurrency", "2"))),
            new SetUp("kafka delivery, heap of 1 GB", backlog -> backlog.kafka("1g", Map.of())));

    @Test
    @Timeout(value = 90, unit = TimeUnit.MINUTES)
    void throughput() throws IOException {
        Map<SetUp, List<Rate>> rates = new LinkedHashMap<>();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        try (MeasuredBacklog backlog = MeasuredBacklog.open("throughput", PARTITIONS, RECORDS_EACH, WARM_UP)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (SetUp setUp : SET_UPS) {
                    Rate rate = setUp.program.run(backlog);
                    rates.computeIfAbsent(setUp, any -> new ArrayList<>()).add(rate);
                    System.out.printf(Locale.ROOT, "round %d, %s: %s%n", round + 1, setUp.text, rate);
                }
            }
        }
        double rawCpu = median(rates.getOrDefault(RAW_LOOP, List.of()), Rate::cpuSecondsPerMillion);
        double rawRate = median(rates.getOrDefault(RAW_LOOP, List.of()), Rate::recordsPerSecond);
        System.out.println("| | records/s, median | min | max | of the raw loop | CPU s a million | times the raw loop"
                + " | bytes allocated a record | heap used at most, MB |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        rates.forEach((setUp, all) -> System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %,.0f | %.2f | %.2f | %.1f | %,.0f | %,.0f |%n",
                setUp.text,
                median(all, Rate::recordsPerSecond),
                sorted(all, Rate::recordsPerSecond).get(0),
                Collections.max(sorted(all, Rate::recordsPerSecond)),
                median(all, Rate::recordsPerSecond) / rawRate,
                median(all, Rate::cpuSecondsPerMillion),
                median(all, Rate::cpuSecondsPerMillion) / rawCpu,
                median(all, Rate::allocatedBytesPerRecord),
                Collections.max(sorted(all, Rate::maxHeapBytes)) / (1 << 20)));
        System.out.printf(
                Locale.ROOT, "Java %s; load average before it %.1f%n", System.getProperty("java.version"), load);
        assertThat(rates.values()).allSatisfy(all -> assertThat(all).hasSize(ROUNDS));
    }

    private static double median(List<Rate> rates, ToDoubleFunction<Rate> figure) {
        return sorted(rates, figure).get(rates.size() / 2);
    }

    private static List<Double> sorted(List<Rate> rates, ToDoubleFunction<Rate> figure) {
        return rates.stream().map(figure::applyAsDouble).sorted().toList();
    }
}
