package dev.exposure.intake.position;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this instance owns, and how far each is processed. Each consumer thread writes its own
 * partitions; any thread may read. A late update never brings back a partition that is gone.
 */
public final class Assignment {

    private final Clock clock;
    private final ConcurrentMap<PartitionId, OwnedPartition> owned = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean joined;

    public Assignment(Clock clock) {
        this.clock = clock;
    }

    void assigned(PartitionId id, String consumer, Instant discoveredAt) {
        owned.put(id, OwnedPartition.assigned(id, consumer, clock.instant(), discoveredAt));
    }

    /**
     * Notes where a partition starts.
     *
     * @return whether the start is new, and does not just confirm an earlier decision
     */
    boolean started(PartitionId id, Start start, LogId log, @Nullable Long committed) {
        OwnedPartition before = owned.get(id);
        boolean confirmed = before != null && before.start() != null && log.equals(before.log()) && start.isPlain();
        owned.computeIfPresent(id, (key, partition) -> {
            OwnedPartition started = partition.started(start, log, committed);
            return confirmed ? started.since(partition) : started;
        });
        return !confirmed;
    }

    void removed(Collection<PartitionId> ids) {
        if (owned.keySet().removeAll(ids)) {
            listeners.forEach(Runnable::run);
        }
    }

    /** Calls the listener whenever partitions are gone, on the consumer's thread; it must be quick and must not throw. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Notes that this instance is a member of the group, with partitions or without. */
    public void joined() {
        joined = true;
    }

    /** Whether this instance has become a member of the group since it started. */
    public boolean hasJoined() {
        return joined;
    }

    /** Notes that all records below the offset are processed, the last of them of this leader epoch. */
    public void processed(PartitionId id, long nextOffset, int leaderEpoch) {
        owned.computeIfPresent(id, (key, partition) -> partition.processed(nextOffset, leaderEpoch, clock.instant()));
    }

    /** Notes that no record is left below the offset, although none was processed. */
    public void moved(PartitionId id, long nextOffset) {
        owned.computeIfPresent(id, (key, partition) -> partition.moved(nextOffset));
    }

    /** Notes that the offset is committed to Kafka. */
    public void committed(PartitionId id, long offset) {
        owned.computeIfPresent(id, (key, partition) -> partition.committed(offset));
    }

    /** The partition as it is now, or null when it is not owned. */
    public @Nullable OwnedPartition find(PartitionId id) {
        return owned.get(id);
    }

    /** Owned partitions sorted by topic and number; a copy. */
    public List<OwnedPartition> partitions() {
        return owned.values().stream()
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
    }

    /** Ids of the owned partitions; a copy. */
    public Set<PartitionId> ids() {
        return new TreeSet<>(owned.keySet());
    }

    /** Number of owned partitions of the topic. */
    public int ownedCount(String topic) {
        return (int)
                owned.keySet().stream().filter(id -> id.topic().equals(topic)).count();
    }
}
