package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.OutcomeUnknownException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.delivery.StaleMemberException;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.OwnedPartition;
import dev.exposure.intake.position.PartitionStarts;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes care of partitions that bring no records: stores and commits positions that move without records, and repeats
 * the commits of the others before they expire.
 *
 * <p>A consumer's position moves without a record when it passes the markers or the aborted records of transactions,
 * and when it is reset to the log's start because Kafka has deleted unread records; the listener is not called then.
 * All records below a consumer's position are processed: a poll that fails puts the position back before this class
 * looks.
 */
final class IdlePartitions {

    private static final Logger log = LoggerFactory.getLogger(IdlePartitions.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration INTERVAL_AFTER_FAILURE = Duration.ofSeconds(5);

    /** The broker-driven protocol drops what was not committed for 7 days (by default), as soon as the group is empty. */
    private static final Duration COMMIT_AGE = Duration.ofHours(24);

    private final PartitionStarts starts;
    private final PollStarts pollStarts;
    private final PollDelivery delivery;
    private final OffsetCommitter committer;
    private final Outages outages;
    private final Assignment assignment;
    private final LongSupplier nanoTime;
    private final Map<Consumer<?, ?>, Look> lastLooks = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * A look at a consumer's partitions.
     *
     * @param unannounced assigned partitions that no rebalance callback had announced yet
     */
    private record Look(long at, Outage.@Nullable Stage failed, Set<TopicPartition> unannounced) {}

    IdlePartitions(
            PartitionStarts starts,
            PollStarts pollStarts,
            PollDelivery delivery,
            OffsetCommitter committer,
            Outages outages,
            Assignment assignment,
            LongSupplier nanoTime) {
        this.starts = starts;
        this.pollStarts = pollStarts;
        this.delivery = delivery;
        this.committer = committer;
        this.outages = outages;
        this.assignment = assignment;
        this.nanoTime = nanoTime;
    }

    /** Does the work that waits for a poll, when none brings anything; on the consumer's thread. Nothing is thrown. */
    void onIdle(Consumer<?, ?> consumer) {
        try {
            pollStarts.settle(consumer, Set.of());
        } catch (StageFailure failure) {
            return; // noted as an outage; the next idle event or poll tries again
        } catch (StaleMemberException ex) {
            log.debug("The next poll joins the group again: {}", ex.getMessage());
            return;
        }
        committer.flush(consumer);
        look(consumer);
        if (consumer.groupMetadata().generationId() >= 0) {
            assignment.joined(); // a member without partitions gets no assignment callback in the consumer protocol
        }
        committer.proveMembership(consumer);
    }

    /**
     * Looks at the consumer's partitions, unless it did so a moment ago; on its thread, and not while a poll's records
     * are being processed. A failure is noted as an outage, and a later look tries again; nothing is thrown.
     */
    void look(Consumer<?, ?> consumer) {
        Look last = lastLooks.get(consumer);
        long now = nanoTime.getAsLong();
        if (last != null && isTooSoon(last, now)) {
            return;
        }
        Outage.Stage failed = null;
        Set<TopicPartition> unannounced = pollStarts.unannounced(consumer);
        try {
            if (last != null) {
                pollStarts.adopt(consumer, last.unannounced());
            }
            takeCare(consumer, last == null ? null : last.failed());
        } catch (StageFailure failure) {
            failed = failure.stage(); // the outage reports it
        } catch (PositionsWentBackException | StaleMemberException ex) {
            log.debug("Said when the start is decided again: {}", ex.getMessage());
        } catch (KafkaException ex) {
            log.debug("Positions can't be looked at now: {}", FailureText.of(ex)); // the next poll fails the same way
        } catch (RuntimeException ex) {
            log.error("Unexpected failure of a look at idle partitions: {}", FailureText.of(ex));
        }
        lastLooks.put(consumer, new Look(now, failed, unannounced));
    }

    private static boolean isTooSoon(Look last, long now) {
        Duration pause = last.failed() == null ? INTERVAL : INTERVAL_AFTER_FAILURE;
        return now - last.at() < pause.toNanos();
    }

    private void takeCare(Consumer<?, ?> consumer, Outage.@Nullable Stage failedLast) {
        Map<TopicPartition, PositionChange> moved = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            OwnedPartition owned = assignment.find(Partitions.id(partition));
            if (owned == null || owned.log() == null || starts.isUndecided(List.of(partition))) {
                continue;
            }
            Long position = position(consumer, partition);
            Long known = owned.position();
            if (position == null || known == null || position < known) {
                continue; // below: the log was cut, and its records come again
            }
            if (position > known) {
                moved.put(
                        partition,
                        PositionChange.forward(
                                owned.id(), new Position(owned.log(), position, owned.leaderEpoch()), known));
            }
            if (position > known || committer.isSilent(partition, COMMIT_AGE)) {
                // Markers and aborted records may have a later epoch, which no record tells; an earlier one is as good.
                due.put(partition, OffsetCommitter.offset(position, owned.leaderEpoch()));
            }
        }
        if (!moved.isEmpty()) {
            leaveOutOtherLogs(moved, due, consumer);
            store(List.copyOf(moved.values()), consumer);
        } else if (failedLast != null) {
            outages.works(failedLast); // the partition that could not be stored has another owner now
        }
        if (!due.isEmpty()) {
            committer.commit(due, consumer);
        }
    }

    /** If a topic was created again since the start, its position does not belong to the log that it would be stored for. */
    private void leaveOutOtherLogs(
            Map<TopicPartition, PositionChange> moved,
            Map<TopicPartition, OffsetAndMetadata> due,
            Consumer<?, ?> consumer) {
        Set<PartitionId> changed = pollStarts.settle(consumer, moved.keySet());
        moved.values().removeIf(change -> changed.contains(change.partition()));
        due.keySet().removeIf(partition -> changed.contains(Partitions.id(partition)));
    }

    private void store(List<PositionChange> moved, Consumer<?, ?> consumer) {
        if (moved.isEmpty()) {
            return;
        }
        outages.begin(moved.stream().map(PositionChange::partition).collect(Collectors.toSet()));
        try {
            delivery.store(moved, consumer);
        } catch (StageFailure failure) {
            if (failure.failure() instanceof OtherLogException
                    || failure.failure() instanceof OutcomeUnknownException) {
                reconsider(moved);
            }
            throw failure;
        } catch (PositionsWentBackException | StaleMemberException ex) {
            reconsider(moved); // logged when they are decided again
            throw ex;
        } finally {
            outages.end();
        }
    }

    private void reconsider(List<PositionChange> moved) {
        starts.reconsider(moved.stream().map(PositionChange::partition).collect(Collectors.toSet()));
    }

    /** The client's position, or null while it is still looking for one; the look must not wait for that. */
    private static @Nullable Long position(Consumer<?, ?> consumer, TopicPartition partition) {
        try {
            return consumer.position(partition, Duration.ZERO);
        } catch (TimeoutException ex) {
            return null;
        }
    }
}
