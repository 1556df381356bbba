package dev.exposure.intake.position;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.partition.PartitionId;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers when each partition was first seen in the cluster, by whoever saw it first: the watch or an assignment.
 * Partitions of the first inventory are known from then on; a later one is new, and said so. Thread-safe.
 */
final class DiscoveredPartitions {

    private static final Logger log = LoggerFactory.getLogger(DiscoveredPartitions.class);

    private final Clock clock;
    private final EventLog events;
    private final Map<PartitionId, Instant> firstSeen = new HashMap<>();
    private boolean inventoried;

    DiscoveredPartitions(Clock clock, EventLog events) {
        this.clock = clock;
        this.events = events;
    }

    /** Takes the partitions that exist as known; only the first call makes no news of them. */
    synchronized void inventory(Collection<PartitionId> partitions) {
        partitions.forEach(this::seen);
        inventoried = true;
    }

    /** When the partition was first seen, which is now if it was not seen before. */
    synchronized Instant seen(PartitionId partition) {
        Instant known = firstSeen.get(partition);
        if (known != null) {
            return known;
        }
        Instant now = clock.instant();
        firstSeen.put(partition, now);
        if (inventoried) {
            log.info("New partition {} seen in the cluster", partition);
            events.add(EventType.NEW_PARTITION, partition, "first seen in the cluster");
        }
        return now;
    }

    /** Takes the partitions of a topic that was created again as seen now, without news; those before are forgotten. */
    synchronized void recreated(String topic, Collection<PartitionId> partitions) {
        firstSeen.keySet().removeIf(partition -> partition.topic().equals(topic));
        Instant now = clock.instant();
        partitions.forEach(partition -> firstSeen.put(partition, now));
    }
}
