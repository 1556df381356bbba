package dev.exposure.intake.lag;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicIdPartition;

/** Keeps one {@link EndOffsetHistory} for each partition of the topics that exist; drops those of topics that are gone. */
final class EndOffsetHistories {

    private final Map<TopicIdPartition, EndOffsetHistory> byPartition = new HashMap<>();
    private long lastNanos;
    private boolean hasLast;

    /** Adds the log ends of a reading. */
    void add(LagReading reading) {
        Set<TopicIdPartition> present = reading.partitions().stream()
                .map(partition -> first(partition.key()))
                .collect(Collectors.toSet());
        // By topic: a partition that a broker with old metadata leaves out would look new when it is back.
        byPartition.keySet().removeIf(key -> !present.contains(first(key)));
        Set<TopicIdPartition> known = Set.copyOf(byPartition.keySet());
        for (PartitionSample partition : reading.partitions()) {
            EndOffsetHistory history = byPartition.computeIfAbsent(partition.key(), key -> new EndOffsetHistory());
            if (hasLast && wasAdded(partition.key(), known)) {
                history.add(0, lastNanos);
            }
            if (partition.log() != null) {
                history.add(partition.log().end(), reading.nanos());
            }
        }
        lastNanos = reading.nanos();
        hasLast = true;
    }

    EndOffsetHistory of(PartitionSample partition) {
        EndOffsetHistory history = byPartition.get(partition.key());
        return history == null ? new EndOffsetHistory() : history;
    }

    int size() {
        return byPartition.size();
    }

    /** Whether this partition was added to the topic after the last sample, so that its log was empty then. */
    private static boolean wasAdded(TopicIdPartition key, Set<TopicIdPartition> known) {
        return !known.contains(key) && known.contains(first(key));
    }

    /** First partition of the same topic; every topic has one. */
    private static TopicIdPartition first(TopicIdPartition key) {
        return new TopicIdPartition(key.topicId(), 0, key.topic());
    }
}
