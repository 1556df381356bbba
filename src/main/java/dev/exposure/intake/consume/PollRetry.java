package dev.exposure.intake.consume;

import dev.exposure.intake.sink.PartitionId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * What happens to a poll that could not be processed: its partitions go back to where the poll began, consumption pauses,
 * and after a growing while they are read again, without limit.
 *
 * <p>Nothing of the poll is kept in memory, so no rebalance, stop or failing poll in between can lose it. (Spring's own
 * batch retry keeps it, and drops it when a poll in between throws.) Called by all consumer threads.
 */
final class PollRetry {

    private final PauseControl pause;
    private final ExponentialBackOff backOff;
    private @Nullable BackOffExecution delays;

    /**
     * Retry for all consumer threads.
     *
     * @param backOff time until the next attempt, without a limit of attempts
     */
    PollRetry(PauseControl pause, ExponentialBackOff backOff) {
        this.pause = pause;
        this.backOff = backOff;
    }

    /**
     * Takes the poll back and pauses; on the consumer's thread.
     *
     * @param moved partitions that have been moved to their start since the poll, and stay there
     */
    void later(ConsumerRecords<?, ?> records, Set<PartitionId> moved, Consumer<?, ?> consumer) {
        for (TopicPartition partition : records.partitions()) {
            if (!moved.contains(new PartitionId(partition.topic(), partition.partition()))) {
                rewind(records.records(partition), partition, consumer);
            }
        }
        pause.pauseFor(nextDelay());
    }

    /** Takes note that a poll went through: the next failure is tried again soon. */
    synchronized void succeeded() {
        delays = null;
    }

    private synchronized Duration nextDelay() {
        BackOffExecution execution = delays == null ? backOff.start() : delays;
        delays = execution;
        return Duration.ofMillis(execution.nextBackOff());
    }

    private static void rewind(
            List<? extends ConsumerRecord<?, ?>> records, TopicPartition partition, Consumer<?, ?> consumer) {
        // What is no longer assigned starts at its new owner, from the stored position.
        if (!records.isEmpty() && consumer.assignment().contains(partition)) {
            ConsumerRecord<?, ?> first = records.get(0);
            // Without an epoch: the position was valid a moment ago, and an old epoch would outlive a re-created topic.
            consumer.seek(partition, new OffsetAndMetadata(first.offset()));
        }
    }
}
