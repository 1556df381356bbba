package dev.exposure.intake.lag;

import dev.exposure.intake.partition.PartitionId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows the last sample as gauges: for each partition that this instance owns, and for the whole group. */
public final class LagMeters {

    private final MeterRegistry registry;
    private final Clock clock;
    private final Supplier<Set<PartitionId>> owned;
    private final GaugeRows lag;
    private final GaugeRows behind;
    private final GaugeRows headroom;
    private final GaugeRows heldBack;
    private final GaugeRows committed;
    private final GaugeRows logStart;
    private final GaugeRows unowned;
    private final AtomicLong tickets = new AtomicLong();
    private long shownTicket;
    private @Nullable Gauge age;
    private volatile @Nullable LagSnapshot latest;

    /**
     * Shows nothing before the first sample.
     *
     * @param owned partitions that this instance owns at the moment of the call; called from several threads
     */
    public LagMeters(MeterRegistry registry, Clock clock, Supplier<Set<PartitionId>> owned) {
        this.registry = registry;
        this.clock = clock;
        this.owned = owned;
        this.lag = new GaugeRows(
                registry, "intake.partition.lag", null, "Records of an owned partition that are still to be read");
        this.behind = new GaugeRows(
                registry, "intake.partition.behind", "seconds", "How long ago the log end passed the committed offset");
        this.headroom = new GaugeRows(
                registry,
                "intake.partition.headroom",
                null,
                "Records of an owned partition that retention may still delete before it deletes unread ones");
        this.heldBack = new GaugeRows(
                registry,
                "intake.partition.held.back",
                null,
                "Records of an owned partition behind an open transaction, which may not be read yet");
        this.committed = new GaugeRows(
                registry,
                "intake.partition.committed",
                null,
                "Offset that the group has committed for an owned partition; absent where it never did");
        this.logStart = new GaugeRows(
                registry,
                "intake.partition.log.start",
                null,
                "Offset of the oldest record of an owned partition that Kafka still holds");
        this.unowned = new GaugeRows(
                registry, "intake.partitions.unowned", null, "Partitions that no member of the group owns");
    }

    /** Takes in a new sample. */
    void sampled(LagSnapshot snapshot) {
        latest = snapshot;
        refresh();
    }

    /**
     * Brings the gauges in line with what this instance owns now. Call it whenever that has changed; it is quick, and
     * any thread may call it. When it returns, the gauges of partitions given up before the call are gone.
     */
    public void refresh() {
        // The supplier may take its own lock, so it is called before this lock is taken. A late thread must not bring
        // back what a later call removed: a higher ticket means at least as new a view.
        long ticket = tickets.incrementAndGet();
        LagSnapshot snapshot = latest;
        Set<PartitionId> mine = Set.copyOf(owned.get());
        synchronized (this) {
            if (snapshot != null && ticket > shownTicket) {
                shownTicket = ticket;
                show(snapshot, mine);
            }
        }
    }

    private void show(LagSnapshot snapshot, Set<PartitionId> mine) {
        lag.show(values(snapshot, mine, PartitionLag::lag));
        behind.show(values(snapshot, mine, PartitionLag::behindSeconds));
        headroom.show(values(snapshot, mine, PartitionLag::headroom));
        heldBack.show(values(snapshot, mine, PartitionLag::heldBack));
        committed.show(values(snapshot, mine, PartitionLag::committed));
        logStart.show(values(snapshot, mine, PartitionLag::logStart));
        Map<Tags, Double> byTopic = new HashMap<>();
        for (PartitionLag partition : snapshot.partitions()) {
            byTopic.merge(Tags.of("topic", partition.topic()), partition.owner() == null ? 1.0 : 0.0, Double::sum);
        }
        unowned.show(byTopic);
        if (age == null) {
            // Registered with the first sample: before it, any age would be wrong.
            age = Gauge.builder("intake.lag.sample.age", this::ageSeconds)
                    .baseUnit("seconds")
                    .description("Age of the last sample of the lag")
                    .register(registry);
        }
    }

    /** Known values of the owned partitions. An absent gauge means "unknown"; NaN would spoil sums. */
    private static Map<Tags, Double> values(
            LagSnapshot snapshot, Set<PartitionId> mine, Function<PartitionLag, @Nullable Number> value) {
        Map<Tags, Double> values = new HashMap<>();
        for (PartitionLag partition : snapshot.partitions()) {
            Number known = value.apply(partition);
            if (known != null && mine.contains(partition.id())) {
                values.put(
                        Tags.of("topic", partition.topic(), "partition", Integer.toString(partition.partition())),
                        known.doubleValue());
            }
        }
        return values;
    }

    private double ageSeconds() {
        LagSnapshot snapshot = latest;
        return snapshot == null ? 0 : snapshot.age(clock.instant()).toMillis() / 1000.0;
    }
}
