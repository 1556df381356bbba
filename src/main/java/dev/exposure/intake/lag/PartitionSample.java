package dev.exposure.intake.lag;

import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.partition.PartitionId;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one partition at the moment of a sample.
 *
 * @param key partition with the id of its topic, so that a re-created topic is another one
 * @param owner member that owns it, null where none does
 * @param committed offset that the group committed, null where it never did
 * @param processed offset of the first record that is not processed yet, null where another instance owns the partition
 * @param log where its log begins and ends, null where no leader answered for it
 */
record PartitionSample(
        TopicIdPartition key,
        @Nullable String owner,
        @Nullable Long committed,
        @Nullable Long processed,
        @Nullable LogRange log) {

    PartitionId id() {
        return new PartitionId(key.topic(), key.partition());
    }

    /** Whether the committed offset lies beyond the log's end, so that it tells nothing. */
    boolean isCommitBeyondEnd() {
        return committed != null && log != null && committed > log.end() + log.heldBack();
    }
}
