package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterSample;
import dev.exposure.intake.cluster.ClusterSampler;
import dev.exposure.intake.cluster.GroupDescription;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.MissingTopics;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares each sample of the cluster with those before: notices partitions that were added, topics that were re-created or
 * are missing, and asks for a rebalance when a partition stays without an owner.
 *
 * <p>Consumers find new partitions by themselves. The watch is for the cases in which they don't (a group with static
 * members whose leader restarted), and shows from outside how long they took. Called on the sampling thread.
 */
public final class PartitionWatch implements ClusterSampler.Listener {

    private static final Logger log = LoggerFactory.getLogger(PartitionWatch.class);

    /** A partition may be without an owner for this many intervals before a rebalance is asked for. */
    private static final int INTERVALS_UNOWNED = 2;

    private final ClusterSampler sampler;
    private final Duration interval;
    private final DiscoveredPartitions discovered;
    private final MissingTopics missingTopics;
    private final PartitionStarts starts;
    private final EventLog events;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<PartitionId, Long> unownedSince = new HashMap<>();
    private Runnable rebalance = () -> {};
    private Consumer<GroupDescription> groupCheck = group -> {};
    private volatile @Nullable Unreachable unreachable;
    private long unreachableSince;
    private volatile boolean started;

    /**
     * The cluster does not answer.
     *
     * @param since first sample that failed
     * @param reason one line, fit for logs and health details
     */
    public record Unreachable(Instant since, String reason) {}

    PartitionWatch(
            ClusterSampler sampler,
            Duration interval,
            DiscoveredPartitions discovered,
            MissingTopics missingTopics,
            PartitionStarts starts,
            EventLog events,
            Clock clock,
            LongSupplier nanoTime) {
        this.sampler = sampler;
        this.interval = interval;
        this.discovered = discovered;
        this.missingTopics = missingTopics;
        this.starts = starts;
        this.events = events;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * Begins to watch.
     *
     * @param asksForRebalance makes the group rebalance
     * @param checksGroup looks at the group of each sample; must not throw
     */
    public void start(Runnable asksForRebalance, Consumer<GroupDescription> checksGroup) {
        rebalance = asksForRebalance;
        groupCheck = checksGroup;
        started = true;
        sampler.listen(this);
    }

    /** Stops watching. */
    public void stop() {
        started = false;
    }

    /** Why the cluster could not be sampled last time, or null when it could. */
    public @Nullable Unreachable unreachable() {
        return unreachable;
    }

    @Override
    public void sampled(ClusterSample sample) {
        if (!started) {
            return;
        }
        for (String topic : discovered.exist(sample.topics())) {
            log.warn("Topic {} was deleted and created again", topic);
            starts.reconsider(topic);
        }
        missingTopics.sampled(sample.topics().missing());
        if (sample.group().isStable()) { // else a rebalance is under way already
            lookForUnowned(sample);
        }
        groupCheck.accept(sample.group());
        reachable();
    }

    private void lookForUnowned(ClusterSample sample) {
        Set<PartitionId> unowned = new TreeSet<>(sample.topics().partitions().keySet());
        unowned.removeAll(sample.group().owned());
        unownedSince.keySet().retainAll(unowned);
        long now = nanoTime.getAsLong();
        unowned.forEach(id -> unownedSince.putIfAbsent(id, now));
        long patience = interval.toNanos() * INTERVALS_UNOWNED;
        Set<PartitionId> overdue = new TreeSet<>();
        unownedSince.forEach((id, since) -> {
            if (now - since >= patience) {
                overdue.add(id);
            }
        });
        if (!overdue.isEmpty()) {
            log.warn("Nobody in the group owns {}: asking for a rebalance", PartitionRange.text(overdue));
            unownedSince.clear();
            rebalance.run();
        }
    }

    private void reachable() {
        if (unreachable != null) {
            unreachable = null;
            long seconds =
                    Duration.ofNanos(nanoTime.getAsLong() - unreachableSince).toSeconds();
            log.info("Kafka answers again after {} s", seconds);
            events.add(EventType.BROKER_UP, "answers again after " + seconds + " s");
        }
    }

    @Override
    public void failed(Throwable failure) {
        if (!started) {
            return;
        }
        String reason = FailureText.of(failure);
        Unreachable before = unreachable;
        if (before == null) {
            unreachableSince = nanoTime.getAsLong();
            log.warn("Kafka does not answer questions about the topics; asking on: {}", reason);
            events.add(EventType.BROKER_DOWN, reason);
        }
        unreachable = new Unreachable(before == null ? clock.instant() : before.since(), reason);
    }
}
