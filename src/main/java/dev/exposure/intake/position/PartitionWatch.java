package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.GroupOwners;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.partition.PartitionId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the topics from outside the group: notices partitions that were added and topics that were re-created, and
 * nudges the group when a partition stays without an owner.
 *
 * <p>Consumers find new partitions by themselves. The watch is there for when they don't (a group with static members
 * whose leader restarted), and to tell from outside how long they took. One background thread.
 */
public final class PartitionWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PartitionWatch.class);
    private static final int LOOKS_BEFORE_NUDGE = 3;

    private final ClusterReader cluster;
    private final GroupOwners owners;
    private final List<String> topics;
    private final Duration interval;
    private final DiscoveredPartitions discovered;
    private final PartitionStarts starts;
    private final EventLog events;
    private final Clock clock;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "intake-watch");
        thread.setDaemon(true);
        return thread;
    });

    private final Map<String, Uuid> topicIds = new HashMap<>();
    private final Map<PartitionId, Integer> looksUnowned = new HashMap<>();
    private volatile @Nullable Unreachable unreachable;

    /**
     * That the cluster does not answer.
     *
     * @param since first look that failed
     * @param reason one line, fit for logs and health details
     */
    public record Unreachable(Instant since, String reason) {}

    PartitionWatch(
            ClusterReader cluster,
            GroupOwners owners,
            IntakeProperties properties,
            DiscoveredPartitions discovered,
            PartitionStarts starts,
            EventLog events,
            Clock clock) {
        this.cluster = cluster;
        this.owners = owners;
        this.topics = properties.topics();
        this.interval = properties.partitionDetection();
        this.discovered = discovered;
        this.starts = starts;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Begins to look, at the configured interval.
     *
     * @param nudge makes the group rebalance; called on the watch's thread
     * @param furtherLook called with each look, on the watch's thread; throws when the cluster does not answer
     */
    public void start(Runnable nudge, Runnable furtherLook) {
        Future<?> unused = executor.scheduleWithFixedDelay(
                () -> look(nudge, furtherLook), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** Why the cluster could not be looked at last time, or null when it could. */
    public @Nullable Unreachable unreachable() {
        return unreachable;
    }

    private void look(Runnable nudge, Runnable furtherLook) {
        try {
            ClusterReader.Topics found = cluster.topics(topics);
            Set<PartitionId> partitions = found.partitions().keySet();
            found.byName().forEach((name, description) -> compareId(name, description.topicId(), partitions));
            partitions.forEach(discovered::seen);
            nudgeForUnowned(partitions, nudge);
            furtherLook.run();
            reachable();
        } catch (RuntimeException | Error ex) {
            // What is thrown from here would end all looks to come, without a word.
            unreachable(ex);
        }
    }

    private void compareId(String topic, Uuid id, Set<PartitionId> partitions) {
        Uuid before = topicIds.put(topic, id);
        if (before != null && !before.equals(id)) {
            log.warn("Topic {} was deleted and created again", topic);
            discovered.recreated(
                    topic,
                    partitions.stream()
                            .filter(partition -> partition.topic().equals(topic))
                            .toList());
            starts.reconsider(topic);
        }
    }

    private void nudgeForUnowned(Set<PartitionId> partitions, Runnable nudge) {
        GroupOwners.Owned group = owners.read();
        if (!group.stable()) {
            return; // a rebalance is under way already
        }
        Set<PartitionId> unowned = new TreeSet<>(partitions);
        unowned.removeAll(group.partitions());
        looksUnowned.keySet().retainAll(unowned);
        unowned.forEach(id -> looksUnowned.merge(id, 1, Integer::sum));
        Set<PartitionId> overdue = looksUnowned.entrySet().stream()
                .filter(entry -> entry.getValue() >= LOOKS_BEFORE_NUDGE)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!overdue.isEmpty()) {
            log.warn("Nobody in the group owns {}: asking for a rebalance", overdue);
            looksUnowned.clear();
            nudge.run();
        }
    }

    private void reachable() {
        Unreachable before = unreachable;
        if (before != null) {
            unreachable = null;
            long seconds = Duration.between(before.since(), clock.instant()).toSeconds();
            log.info("Kafka answers again after {} s", seconds);
            events.add(EventType.BROKER_UP, "answers again after " + seconds + " s");
        }
    }

    private void unreachable(Throwable failure) {
        if (executor.isShutdown()) {
            return;
        }
        String reason = FailureText.of(failure);
        Unreachable before = unreachable;
        unreachable = new Unreachable(before == null ? clock.instant() : before.since(), reason);
        if (before == null) {
            log.warn("Kafka can't be asked about the topics, trying on: {}", reason);
            events.add(EventType.BROKER_DOWN, reason);
        }
    }
}
