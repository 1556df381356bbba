package dev.exposure.intake.poll;

import dev.exposure.intake.partition.PartitionId;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** A poll's records on their way, with what has to be known of them if they are read again. Used by their consumer's thread. */
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
        for (TopicPartition partition : records.partitions()) {
            if (!consumer.assignment().contains(partition)) {
                moved.add(new PartitionId(partition.topic(), partition.partition()));
            }
        }
    }

    /** Partitions whose records are void. */
    Set<PartitionId> moved() {
        return moved;
    }

    /** Takes note that the other records are of the logs in which their partitions were started. */
    void confirmLogs() {
        logsKnown = true;
    }

    /** Whether the records are known to be of the logs in which their partitions were started. */
    boolean areLogsKnown() {
        return logsKnown;
    }
}
