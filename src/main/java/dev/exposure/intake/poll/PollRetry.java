package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.OutcomeUnknownException;
import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.delivery.StaleMemberException;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.OwnedPartition;
import dev.exposure.intake.position.PartitionStarts;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Retries a poll that could not be processed: its partitions go back to where the poll began, its consumer's partitions
 * pause, and after a growing delay they are read again, without limit.
 *
 * <p>Nothing of the poll is kept in memory, so no rebalance, stop or failing poll in between can lose it. (Spring's own
 * batch retry keeps it, and drops it when a poll in between throws.) Called by all consumer threads.
 */
final class PollRetry {

    private static final Logger log = LoggerFactory.getLogger(PollRetry.class);

    /** How long a partition pauses when its records can't be fetched. */
    static final Duration UNREADABLE_PAUSE = Duration.ofSeconds(15);

    private final PartitionStarts starts;
    private final Assignment assignment;
    private final PauseControl pause;
    private final Outages outages;
    private final ThreadLocal<BackOffExecution> delays;

    /**
     * Retry for all consumer threads; each waits for its own failures only.
     *
     * @param backOff time until the next attempt, without a limit of attempts
     */
    PollRetry(
            PartitionStarts starts,
            Assignment assignment,
            PauseControl pause,
            Outages outages,
            ExponentialBackOff backOff) {
        this.starts = starts;
        this.assignment = assignment;
        this.pause = pause;
        this.outages = outages;
        this.delays = ThreadLocal.withInitial(backOff::start);
    }

    /** Puts back a poll that has failed; on the consumer's thread. */
    void readAgain(PolledRecords polled, RuntimeException failure) {
        boolean sameLogs = polled.areLogsKnown();
        if (failure instanceof StageFailure ofStage) { // the outage reports it
            sameLogs &= !(ofStage.failure() instanceof OtherLogException
                    || ofStage.failure() instanceof OutcomeUnknownException);
        } else if (failure instanceof PositionsWentBackException || failure instanceof StaleMemberException) {
            log.debug("Said when the start is decided again: {}", failure.getMessage());
            sameLogs = false;
        } else {
            noteDefect(failure);
        }
        outages.end();
        if (sameLogs) {
            later(polled.records(), polled.moved(), polled.consumer());
        } else {
            laterFromTheStart(polled.records(), polled.moved(), polled.consumer());
        }
    }

    /** Logs where a defect is; even a defect must not lose a record. */
    private void noteDefect(RuntimeException failure) {
        if (!outages.isFailing(Outage.Stage.RECORDS)) {
            // The JVM leaves the stack trace out of an exception that is thrown again and again.
            StackTraceElement[] trace = failure.getStackTrace();
            String place = trace.length == 0 ? "" : " at " + trace[0];
            log.error("Unexpected failure, the poll is read again: {}{}", FailureText.of(failure), place);
        }
        log.debug("Where it failed", failure);
        outages.note(Outage.Stage.RECORDS, failure);
    }

    /**
     * Puts back a poll whose records are known to be from the logs in which their partitions were started; on the
     * consumer's thread.
     *
     * @param moved partitions that have been moved to their start since the poll, and stay there
     */
    void later(ConsumerRecords<?, ?> records, Set<PartitionId> moved, Consumer<?, ?> consumer) {
        // With its epoch, the client asks the leader whether the log still has the record (KIP-320): an unclean
        // election may have cut it off.
        rewind(records, moved, consumer, ConsumerRecord::leaderEpoch);
        pauseThatOf(consumer);
    }

    /**
     * Puts back a poll whose records may be from other logs than those in which their partitions were started: first
     * their starts are decided again.
     */
    void laterFromTheStart(ConsumerRecords<?, ?> records, Set<PartitionId> moved, Consumer<?, ?> consumer) {
        // Without an epoch: with an old log's epoch, the client would never accept the new log's metadata.
        rewind(records, moved, consumer, record -> Optional.empty());
        starts.reconsider(Partitions.ids(records.partitions()));
        pauseThatOf(consumer);
    }

    /** Puts the consumer back where it is beyond the processed position: the records in between were not processed. */
    void backToPosition(Consumer<?, ?> consumer) {
        for (TopicPartition partition : consumer.assignment()) {
            OwnedPartition owned = assignment.find(Partitions.id(partition));
            if (owned != null && owned.position() != null && isBeyond(consumer, partition, owned.position())) {
                consumer.seek(partition, OffsetCommitter.offset(owned.position(), owned.leaderEpoch()));
            }
        }
    }

    /** The consumers of other threads go on: what fails for these records may well work for theirs. */
    private void pauseThatOf(Consumer<?, ?> consumer) {
        pause.pauseFor(consumer.assignment(), nextDelay());
    }

    private static boolean isBeyond(Consumer<?, ?> consumer, TopicPartition partition, long position) {
        try {
            return consumer.position(partition, Duration.ZERO) > position;
        } catch (KafkaException ex) {
            return true; // the position is being validated, and may be anywhere
        }
    }

    /** Pauses a partition whose records can't be read: its position has not moved, and the others continue. */
    void later(TopicPartition unreadable) {
        pause.pauseFor(Set.of(unreadable), UNREADABLE_PAUSE);
    }

    /**
     * Takes note that a poll of the calling thread succeeded: after its next failure the delay is short again, unless the
     * records of another partition still fail.
     */
    void succeeded() {
        outages.works(Outage.Stage.RECORDS);
        outages.end();
        if (!outages.isFailing()) {
            delays.remove();
        }
    }

    /** How long the calling thread waits after a failure; grows until it succeeds. */
    Duration nextDelay() {
        return Duration.ofMillis(delays.get().nextBackOff());
    }

    private static void rewind(
            ConsumerRecords<?, ?> records,
            Set<PartitionId> moved,
            Consumer<?, ?> consumer,
            Function<ConsumerRecord<?, ?>, Optional<Integer>> epoch) {
        Set<TopicPartition> assigned = consumer.assignment(); // the client copies it with each call
        for (TopicPartition partition : records.partitions()) {
            // The new owner of a partition that is no longer assigned starts at the stored position.
            if (!moved.contains(Partitions.id(partition)) && assigned.contains(partition)) {
                ConsumerRecord<?, ?> first = records.records(partition).get(0);
                consumer.seek(partition, new OffsetAndMetadata(first.offset(), epoch.apply(first), ""));
            }
        }
    }
}
