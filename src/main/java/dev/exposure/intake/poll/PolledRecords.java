package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.partition.PartitionId;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** A poll's records, with what is needed to read them again. Used by their consumer's thread. */
final class PolledRecords {

    private final ConsumerRecords<byte[], byte[]> records;
    private final Consumer<?, ?> consumer;
    private final Set<PartitionId> moved = new HashSet<>();
    private boolean logsKnown;

    PolledRecords(ConsumerRecords<byte[], byte[]> records, Consumer<?, ?> consumer) {
        this.records = records;
        this.consumer = consumer;
    }

    ConsumerRecords<byte[], byte[]> records() {
        return records;
    }

    Consumer<?, ?> consumer() {
        return consumer;
    }

    /** Takes note of partitions that were moved elsewhere since the poll: their records are void. */
    void move(Set<PartitionId> partitions) {
        moved.addAll(partitions);
    }

    /** Takes note of partitions that were taken from the consumer since the poll: their new owner reads them. */
    void moveThoseTaken() {
        Set<TopicPartition> assigned = consumer.assignment(); // the client copies it with each call
        for (TopicPartition partition : records.partitions()) {
            if (!assigned.contains(partition)) {
                moved.add(Partitions.id(partition));
            }
        }
    }

    /** Partitions whose records are void. */
    Set<PartitionId> moved() {
        return moved;
    }

    /** Takes note that the other records are from the logs in which their partitions were started. */
    void confirmLogs() {
        logsKnown = true;
    }

    /** Whether the records are known to be from the logs in which their partitions were started. */
    boolean areLogsKnown() {
        return logsKnown;
    }
}
