package dev.exposure.intake.position;

import dev.exposure.intake.outage.EventType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Metrics about starts, rebalances and losses; counters exist from the start, so that an increase from zero is seen. */
final class PositionMeters {

    private static final Duration[] DISCOVERY_BUCKETS = {
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(3),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5)
    };

    private final MeterRegistry registry;
    private final Timer discovery;

    PositionMeters(MeterRegistry registry, Assignment assignment, List<String> topics) {
        this.registry = registry;
        this.discovery = Timer.builder("intake.partition.discovery")
                .description(
                        "Time from a new partition's first sight in the cluster to its assignment to this instance")
                .serviceLevelObjectives(DISCOVERY_BUCKETS)
                .register(registry);
        for (String topic : topics) {
            Gauge.builder("intake.partitions.owned", assignment, b -> b.ownedCount(topic))
                    .tag("topic", topic)
                    .description("Partitions that this instance owns")
                    .register(registry);
            recreated(topic);
            lost(topic, "retention");
            lost(topic, "truncation");
            truncations(topic);
            positionsWentBack(topic);
        }
        for (StartReason reason : StartReason.values()) {
            startedCounter(reason);
        }
        for (EventType type : List.of(EventType.ASSIGNED, EventType.REVOKED, EventType.LOST)) {
            rebalances(type);
        }
    }

    void started(Start start, String topic) {
        startedCounter(start.reason()).increment();
        lostToRetention(topic, start.lost());
    }

    void lostToRetention(String topic, long records) {
        lost(topic, "retention").increment((double) records);
    }

    void lostToTruncation(String topic, long records) {
        lost(topic, "truncation").increment((double) records);
    }

    void truncated(String topic) {
        truncations(topic).increment();
    }

    void wentBack(String topic, long records) {
        positionsWentBack(topic).increment((double) records);
    }

    void discovered(Duration afterFirstSight) {
        discovery.record(afterFirstSight);
    }

    void topicRecreated(String topic) {
        recreated(topic).increment();
    }

    void rebalance(EventType type) {
        rebalances(type).increment();
    }

    private Counter startedCounter(StartReason reason) {
        return Counter.builder("intake.partitions.started")
                .tag("reason", reason.name())
                .description("Partitions started by this instance, by the reason for their start")
                .register(registry);
    }

    private Counter truncations(String topic) {
        return Counter.builder("intake.log.truncations")
                .tag("topic", topic)
                .description("Times that a partition's log was found cut below the position")
                .register(registry);
    }

    private Counter positionsWentBack(String topic) {
        return Counter.builder("intake.positions.went.back")
                .tag("topic", topic)
                .description("Records that the database had lost and that are processed again")
                .register(registry);
    }

    private Counter recreated(String topic) {
        return Counter.builder("intake.topics.recreated")
                .tag("topic", topic)
                .description("Times that the topic was found deleted and created again")
                .register(registry);
    }

    private Counter lost(String topic, String cause) {
        return Counter.builder("intake.records.lost")
                .tag("topic", topic)
                .tag("cause", cause)
                .description("Records that were gone before this service could read them")
                .register(registry);
    }

    private Counter rebalances(EventType type) {
        return Counter.builder("intake.rebalances")
                .tag("type", type.name().toLowerCase(Locale.ROOT))
                .description("Assignment changes of this instance")
                .register(registry);
    }
}
