package dev.exposure.intake.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.jdbc.MeasuredDelivery;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a write of the jdbc sink takes with {@code intake.dedupe.window} off, on with an empty table, and on with 2 million
 * ids in it. The three take turns in each round, so that whatever else the machine does meets them alike.
 */
@ParameterizedClass
@MethodSource("databases")
class DedupeBenchmark {

    private static final int KNOWN_IDS = Integer.getInteger("bench.known-ids", 2_000_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 12);
    private static final int WARM_UP = 2;
    private static final int PARTITIONS = 4;
    private static final int COUNT_KEYS = 300;
    private static final LogId LOG = new LogId("cluster", "topic-id");
    private static final Instant MINUTE = Instant.parse("2026-11-22T10:15:00Z");

    @Parameter
    String database;

    @TempDir
    Path folder;

    /** One of the things that are compared. */
    private static final class Candidate {

        final String name;
        final MeasuredDelivery target;
        final List<List<Double>> millis = new ArrayList<>();
        long offset;

        Candidate(String name, MeasuredDelivery target) {
            this.name = name;
            this.target = target;
        }
    }

    /** So many records a write, and so many writes a round. */
    private record Load(int records, int writes) {}

    private static final List<Load> LOADS = List.of(new Load(500, 10), new Load(5_000, 4));

    static List<String> databases() {
        String chosen = System.getProperty("bench.databases");
        return chosen == null ? MeasuredDelivery.DATABASES : List.of(chosen.split(","));
    }

    @Test
    @Timeout(value = 25, unit = TimeUnit.MINUTES)
    void writesTakeTurns() {
        Duration window = Duration.ofHours(6);
        try (MeasuredDelivery off = MeasuredDelivery.open(database, folder.resolve("off"), Duration.ZERO);
                MeasuredDelivery empty = MeasuredDelivery.open(database, folder.resolve("empty"), window);
                MeasuredDelivery full = MeasuredDelivery.open(database, folder.resolve("full"), window)) {
            full.fillIds(KNOWN_IDS);
            List<Candidate> candidates = List.of(
                    new Candidate("off", off),
                    new Candidate("on, empty table", empty),
                    new Candidate("on, " + KNOWN_IDS + " ids", full));
            candidates.forEach(candidate -> LOADS.forEach(load -> candidate.millis.add(new ArrayList<>())));
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                empty.forgetIds();
                for (int load = 0; load < LOADS.size(); load++) {
                    for (int turn = 0; turn < candidates.size(); turn++) {
                        // Not always the same one first.
                        Candidate candidate = candidates.get(Math.floorMod(turn + round, candidates.size()));
                        List<Double> taken = measure(candidate, LOADS.get(load));
                        if (round >= 0) {
                            candidate.millis.get(load).addAll(taken);
                        }
                    }
                }
            }
            print(candidates);
        }
    }

    private static List<Double> measure(Candidate candidate, Load load) {
        List<Double> millis = new ArrayList<>();
        for (int write = 0; write < load.writes(); write++) {
            List<PartitionRecords<Exposure>> poll = poll(candidate, load.records());
            long begin = System.nanoTime();
            DeliveryResult result = candidate.target.sink().deliver(poll);
            millis.add((System.nanoTime() - begin) / 1e6);
            assertThat(result.processed()).isEqualTo(load.records());
        }
        return millis;
    }

    /** New exposures with random ids, of a few hundred ads, from four partitions. */
    private static List<PartitionRecords<Exposure>> poll(Candidate candidate, int records) {
        Random random = new Random(candidate.offset);
        long from = candidate.offset;
        int share = records / PARTITIONS;
        candidate.offset += share;
        return IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> {
                    PartitionRecords.Builder<Exposure> brought =
                            PartitionRecords.builder(new PartitionId("ad-exposure", partition), LOG, from, share);
                    IntStream.range(0, share).forEach(i -> brought.add(from + i, 1, exposure(random)));
                    return brought.build(from + share, 1);
                })
                .toList();
    }

    private static Exposure exposure(Random random) {
        return Exposure.builder(UUID.randomUUID().toString(), "ad-" + random.nextInt(COUNT_KEYS), MINUTE)
                .campaignId("c")
                .slotId("slot")
                .priceMicros(100)
                .build();
    }

    private void print(List<Candidate> candidates) {
        StringBuilder table = new StringBuilder(
                "\n" + database + ", ms a write\n\n"
                        + "| records a write | dedupe | median | p10 | p90 | x off | writes |\n|---|---|---|---|---|---|---|\n");
        for (int load = 0; load < LOADS.size(); load++) {
            double off = at(candidates.get(0).millis.get(load), 0.5);
            for (Candidate candidate : candidates) {
                List<Double> millis = candidate.millis.get(load);
                double median = at(millis, 0.5);
                table.append(String.format(
                        "| %,d | %s | %.1f | %.1f | %.1f | %.2f | %d |%n",
                        LOADS.get(load).records(),
                        candidate.name,
                        median,
                        at(millis, 0.1),
                        at(millis, 0.9),
                        median / off,
                        millis.size()));
            }
        }
        System.out.println(table);
    }

    private static double at(List<Double> values, double quantile) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Arrays.stream(sorted)
                .skip(Math.round((sorted.length - 1) * quantile))
                .findFirst()
                .orElse(Double.NaN);
    }
}
