package dev.exposure.intake.cluster;

import dev.exposure.intake.outage.MissingTopicException;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * What the cluster answered about topics.
 *
 * @param clusterId id of the cluster
 * @param byName topics that exist and that this user may describe
 * @param failures why nothing is known of the others, by name
 */
public record Topics(String clusterId, Map<String, Topic> byName, Map<String, KafkaException> failures) {

    /**
     * One topic.
     *
     * @param id id that the cluster gave it
     * @param partitions how many partitions it has
     * @param led numbers of the partitions that have a leader
     */
    public record Topic(Uuid id, int partitions, Set<Integer> led) {}

    public Topics {
        byName = Map.copyOf(byName);
        failures = Map.copyOf(failures);
    }

    /**
     * Log that the offsets of the topic refer to now.
     *
     * @throws KafkaException when nothing is known of the topic; says why
     */
    public LogId log(String topic) {
        Topic found = byName.get(topic);
        if (found == null) {
            throw failures.getOrDefault(topic, new MissingTopicException(topic));
        }
        return new LogId(clusterId, found.id().toString());
    }

    /** Topics that do not exist. */
    public Set<String> missing() {
        return failures.entrySet().stream()
                .filter(failure -> failure.getValue() instanceof MissingTopicException)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether the topic has the partition. */
    public boolean has(PartitionId id) {
        Topic topic = byName.get(id.topic());
        return topic != null && id.partition() < topic.partitions();
    }

    /** Whether the partition has a leader; only a leader can tell where the log begins and ends. */
    public boolean hasLeader(PartitionId id) {
        Topic topic = byName.get(id.topic());
        return topic != null && topic.led().contains(id.partition());
    }

    /** All partitions, each with its log; sorted. */
    public Map<PartitionId, LogId> partitions() {
        Map<PartitionId, LogId> partitions = new TreeMap<>();
        byName.forEach((name, topic) -> {
            LogId log = log(name);
            IntStream.range(0, topic.partitions())
                    .forEach(number -> partitions.put(new PartitionId(name, number), log));
        });
        return partitions;
    }
}
