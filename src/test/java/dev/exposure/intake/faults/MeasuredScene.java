package dev.exposure.intake.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** A scene for measurements: Kafka, PostgreSQL and instances with the service's own defaults, under a continuous light load. */
public final class MeasuredScene implements AutoCloseable {

    private static final String HISTOGRAM = "intake_partition_discovery_seconds_bucket";
    private static final List<String> BOUNDS =
            List.of("0.25", "0.5", "1.0", "2.0", "3.0", "5.0", "10.0", "30.0", "60.0", "300.0", "+Inf");
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Scene scene;
    private final Feeder feeder;
    private int partitions;

    private MeasuredScene(Scene scene, Feeder feeder, int partitions) {
        this.scene = scene;
        this.feeder = feeder;
        this.partitions = partitions;
    }

    /** Starts all of it, and waits until every partition has an owner. */
    public static MeasuredScene open(
            String name,
            int partitions,
            int instances,
            Map<String, String> brokerProperties,
            Map<String, String> serviceProperties) {
        Scene scene = Scene.open(name, 1, brokerProperties);
        scene.kafka().createTopic(Scene.TOPIC, partitions, 1, Map.of());
        List<ServiceProcess> services = IntStream.rangeClosed(1, instances)
                .mapToObj(number -> scene.service("intake-" + number, List.of("-Xmx256m"), serviceProperties)
                        .start())
                .toList();
        services.forEach(ServiceProcess::awaitReady);
        scene.awaitAllOwned();
        return new MeasuredScene(scene, scene.feed(200), partitions);
    }

    /** Where each instance listens, by its name. */
    public Map<String, String> addresses() {
        return scene.services().stream().collect(Collectors.toMap(ServiceProcess::name, ServiceProcess::address));
    }

    /** When a partition was asked for, created, and assigned to an instance; by the clock of this machine. */
    public record Addition(Instant asked, Instant created, Instant assigned) {}

    /** Adds one partition and waits until an instance says that it owns it. */
    public Addition addPartition() {
        int added = partitions++;
        Instant asked = Instant.now();
        scene.kafka().growTopic(Scene.TOPIC, partitions);
        Instant created = Instant.now();
        Instant assigned = Awaitility.await("owner of partition " + added)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> assignedAt(added), Optional::isPresent)
                .orElseThrow();
        return new Addition(asked, created, assigned);
    }

    private Optional<Instant> assignedAt(int partition) throws IOException {
        for (ServiceProcess service : scene.services()) {
            for (JsonNode owned : service.actuator("assignment").get("partitions")) {
                if (owned.get("partition").asInt() == partition) {
                    return Optional.of(Instant.parse(owned.get("assignedAt").asString()));
                }
            }
        }
        return Optional.empty();
    }

    /** The service's own histogram of discovery times, all instances together: counts up to each bound in seconds. */
    public SortedMap<Double, Double> discoveryHistogram() throws IOException {
        SortedMap<Double, Double> buckets = new TreeMap<>();
        for (ServiceProcess service : scene.services()) {
            for (String bound : BOUNDS) {
                double seconds = bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
                buckets.merge(seconds, service.metric(HISTOGRAM, Map.of("le", bound)), Double::sum);
            }
        }
        return buckets;
    }

    /** Stops the load, waits until all is counted, and says what came of the records, which has to be exact. */
    public String settle() {
        feeder.close();
        Balance balance = scene.settle();
        balance.assertExact();
        return balance.toString();
    }

    @Override
    public void close() {
        scene.close();
    }
}
