package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.PartitionId;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/** Converts between this service's names of partitions and Kafka's. */
public final class Partitions {

    private Partitions() {}

    /** Our name of Kafka's partition. */
    public static PartitionId id(TopicPartition partition) {
        return new PartitionId(partition.topic(), partition.partition());
    }

    /** Our names of Kafka's partitions, sorted; the set may be changed. */
    public static Set<PartitionId> ids(Collection<TopicPartition> partitions) {
        Set<PartitionId> ids = new TreeSet<>();
        partitions.forEach(partition -> ids.add(id(partition)));
        return ids;
    }

    /** Kafka's name of our partition. */
    public static TopicPartition kafka(PartitionId id) {
        return new TopicPartition(id.topic(), id.partition());
    }
}
