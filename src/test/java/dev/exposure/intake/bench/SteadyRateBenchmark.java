package dev.exposure.intake.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.faults.MeasuredStream;
import dev.exposure.intake.faults.MeasuredStream.Cost;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one instance takes at a steady, low rate, and how late it counts: with the service's fetch settings, and with those of the
 * Kafka client, which fetches as soon as there is a record. The two take turns. Kafka, PostgreSQL and each instance are processes
 * of their own on one machine.
 */
class SteadyRateBenchmark {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int RATE = Integer.getInteger("bench.rate", 2_000);
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warm-up-seconds", 60));
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("bench.seconds", 60));
    private static final String CONSUMER = "spring.kafka.consumer.properties.";

    private static final Map<String, Map<String, String>> SET_UPS = setUps();

    private static Map<String, Map<String, String>> setUps() {
        Map<String, Map<String, String>> setUps = new LinkedHashMap<>();
        setUps.put("service's defaults", Map.of());
        setUps.put(
                "client's fetch settings",
                Map.of(CONSUMER + "fetch.min.bytes", "1", CONSUMER + "fetch.max.wait.ms", "500"));
        return setUps;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 1_000})
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void steadyRate(int partitions) throws IOException, SQLException {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        try (MeasuredStream stream = MeasuredStream.open("steady-" + partitions, partitions, RATE, WARM_UP, TIME)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (Map.Entry<String, Map<String, String>> setUp : SET_UPS.entrySet()) {
                    costs.computeIfAbsent(setUp.getKey(), any -> new ArrayList<>())
                            .add(stream.run(setUp.getValue()));
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%n%,d records/s on %,d partitions; Java %s; load average before it %.1f%n",
                RATE,
                partitions,
                System.getProperty("java.version"),
                load);
        System.out.println("| | CPU, cores: median (min-max) | transactions/s | delay, ms |");
        System.out.println("|---|---|---|---|");
        costs.forEach((setUp, all) -> System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s |%n",
                setUp,
                spread(all, Cost::cpuShare),
                spread(all, Cost::transactionsPerSecond),
                spread(all, Cost::delayMillis)));
        assertThat(costs.values()).allSatisfy(all -> assertThat(all).hasSize(ROUNDS));
    }

    private static String spread(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        List<Double> sorted = costs.stream().map(figure::applyAsDouble).sorted().toList();
        return String.format(
                Locale.ROOT,
                "%.3g (%.3g-%.3g)",
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }
}
