package dev.exposure.intake.faults;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** A stream of records at a steady rate for measurements: instances take it, one after the other, each with a group of its own. */
public final class MeasuredStream implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int PROBES = 40;

    private final Scene scene;
    private final Feeder feeder;
    private final Duration warmUp;
    private final Duration time;
    private int runs;

    /**
     * What was measured.
     *
     * @param cpuShare CPU time of the process, as a share of one core
     * @param transactionsPerSecond that the database committed
     * @param delayMillis median time until all that Kafka holds of a partition at some moment is counted
     */
    public record Cost(double cpuShare, double transactionsPerSecond, double delayMillis) {}

    private MeasuredStream(Scene scene, Feeder feeder, Duration warmUp, Duration time) {
        this.scene = scene;
        this.feeder = feeder;
        this.warmUp = warmUp;
        this.time = time;
    }

    /** Starts Kafka and PostgreSQL, and begins to write. */
    public static MeasuredStream open(
            String name, int partitions, int recordsPerSecond, Duration warmUp, Duration time) {
        Scene scene = Scene.open(name, partitions);
        return new MeasuredStream(scene, scene.feed(recordsPerSecond), warmUp, time);
    }

    /** Has an instance with these properties take the stream, from now on. */
    public Cost run(Map<String, String> furtherProperties) throws IOException, SQLException {
        String name = "run_" + ++runs;
        Map<String, String> properties = new HashMap<>(furtherProperties);
        properties.put("spring.kafka.consumer.group-id", name);
        String url = scene.database().create(name);
        properties.put("spring.datasource.url", url);
        properties.put("intake.initial-position", "latest");
        properties.put("intake.lag.interval", ""); // its default, as all the others
        ServiceProcess service = scene.service(name, List.of("-Xmx512m"), properties)
                .measured()
                .start()
                .awaitReady();
        try {
            LockSupport.parkNanos(warmUp.toNanos());
            long began = System.nanoTime();
            double cpu = cpuNanos(service);
            long transactions = scene.database().commits(name);
            LockSupport.parkNanos(time.toNanos());
            double nanos = System.nanoTime() - began;
            return new Cost(
                    (cpuNanos(service) - cpu) / nanos,
                    (scene.database().commits(name) - transactions) * 1e9 / nanos,
                    medianDelay(url));
        } finally {
            service.stop();
        }
    }

    private static double cpuNanos(ServiceProcess service) throws IOException {
        return service.metric("process_cpu_time_ns_total", Map.of());
    }

    private double medianDelay(String url) throws SQLException {
        List<Double> delays = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
                PreparedStatement position =
                        connection.prepareStatement("SELECT next_offset FROM partition_position WHERE partition = 0")) {
            for (int probe = 0; probe < PROBES; probe++) {
                // Not in step with anything that recurs.
                LockSupport.parkNanos(
                        Duration.ofMillis(300 + 37L * (probe % 11)).toNanos());
                long end = scene.endOffsets(Scene.TOPIC).getOrDefault(0, 0L);
                long began = System.nanoTime();
                Awaitility.await("a stored position of " + end)
                        .atMost(LIMIT)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> read(position) >= end);
                delays.add((System.nanoTime() - began) / 1e6);
            }
        }
        return delays.stream().sorted().toList().get(PROBES / 2);
    }

    private static long read(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    @Override
    public void close() {
        try (scene) {
            feeder.close();
        }
    }
}
