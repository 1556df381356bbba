package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.PartitionId;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster answered about one partition.
 *
 * @param key partition with the id of its topic, so that a re-created topic is another one
 * @param owner member that owns it, null where none does
 * @param committed offset that the group committed, null where it never did
 * @param log extent of its log, null where no leader answered for it
 */
public record PartitionSample(
        TopicIdPartition key,
        @Nullable String owner,
        @Nullable Long committed,
        @Nullable LogRange log) {

    public PartitionId id() {
        return new PartitionId(key.topic(), key.partition());
    }
}
