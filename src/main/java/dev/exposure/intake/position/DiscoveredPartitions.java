package dev.exposure.intake.position;

import dev.exposure.intake.cluster.Topics;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRange;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers when each partition was first seen in the cluster, and announces those that were added to a topic. Partitions
 * that a topic has when it is first seen, or seen again after it was re-created, are not announced. Thread-safe.
 */
final class DiscoveredPartitions {

    private static final Logger log = LoggerFactory.getLogger(DiscoveredPartitions.class);

    private final Clock clock;
    private final EventLog events;
    private final Map<String, KnownTopic> topics = new HashMap<>();

    /** Partitions of one topic id: when each was first seen, and which of them were added after the first look. */
    private static final class KnownTopic {

        private final @Nullable Uuid id;
        private final Map<PartitionId, Instant> firstSeen = new TreeMap<>();
        private final Set<PartitionId> added = new TreeSet<>();

        private KnownTopic(@Nullable Uuid id) {
            this.id = id;
        }
    }

    DiscoveredPartitions(Clock clock, EventLog events) {
        this.clock = clock;
        this.events = events;
    }

    /**
     * Takes in the topics as they are now.
     *
     * @return topics that were deleted and created again since they were last seen
     */
    synchronized Set<String> exist(Topics now) {
        Set<String> recreated = new TreeSet<>();
        now.byName().forEach((name, topic) -> {
            List<PartitionId> partitions = IntStream.range(0, topic.partitions())
                    .mapToObj(number -> new PartitionId(name, number))
                    .toList();
            KnownTopic known = topics.get(name);
            if (known != null && topic.id().equals(known.id)) {
                addTo(known, partitions);
                return;
            }
            if (known != null && known.id != null) {
                recreated.add(name);
            }
            KnownTopic first = new KnownTopic(topic.id());
            Instant seen = clock.instant();
            for (PartitionId id : partitions) {
                Instant before = known == null || known.id != null ? null : known.firstSeen.get(id);
                first.firstSeen.put(id, before == null ? seen : before);
            }
            topics.put(name, first);
        });
        return recreated;
    }

    /** When each of the partitions was first seen; now if it was not seen before. */
    synchronized Map<PartitionId, Instant> seen(Collection<PartitionId> partitions) {
        Map<String, Set<PartitionId>> byTopic = new TreeMap<>();
        partitions.forEach(id ->
                byTopic.computeIfAbsent(id.topic(), name -> new TreeSet<>()).add(id));
        Map<PartitionId, Instant> seen = new HashMap<>();
        byTopic.forEach((name, ids) -> {
            KnownTopic known = topics.computeIfAbsent(name, topic -> new KnownTopic(null));
            addTo(known, ids);
            ids.forEach(id -> seen.put(id, known.firstSeen.getOrDefault(id, clock.instant())));
        });
        return seen;
    }

    /** Whether the partition was added to the log's topic after this instance first saw that topic. */
    synchronized boolean wasAdded(PartitionId id, LogId log) {
        KnownTopic known = topics.get(id.topic());
        return known != null
                && known.id != null
                && known.id.toString().equals(log.topicId())
                && known.added.contains(id);
    }

    private void addTo(KnownTopic known, Collection<PartitionId> partitions) {
        Set<PartitionId> fresh = new TreeSet<>(partitions);
        fresh.removeAll(known.firstSeen.keySet());
        if (fresh.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        fresh.forEach(id -> known.firstSeen.put(id, now));
        if (known.id != null) {
            known.added.addAll(fresh);
            log.info("New partitions seen in the cluster: {}", PartitionRange.text(fresh));
            events.add(EventType.NEW_PARTITION, fresh, "first seen in the cluster");
        }
    }
}
