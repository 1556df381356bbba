package dev.exposure.intake.poll;

import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.LossCheck;
import dev.exposure.intake.position.LossCheck.Loss;
import dev.exposure.intake.position.OwnedPartition;
import dev.exposure.intake.position.PartitionStarts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes care of partitions that bring no records: stores and commits the positions of those that move all the same, and
 * commits those that don't move anew before their commits expire.
 *
 * <p>A consumer's position moves without a record when it passes the markers or the aborted records of transactions, and
 * when it is reset to the log's start because Kafka has deleted what was to be read; nobody is called then. Whatever lies
 * below a consumer's position is dealt with: a poll that fails puts the position back before this is asked to look.
 */
final class IdlePartitions {

    private static final Logger log = LoggerFactory.getLogger(IdlePartitions.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration INTERVAL_AFTER_FAILURE = Duration.ofSeconds(5);

    /** The broker-driven protocol drops what was not committed for 7 days (by default), as soon as the group is empty. */
    private static final Duration COMMIT_AGE = Duration.ofHours(24);

    private final PartitionStarts starts;
    private final StartGate gate;
    private final LossCheck losses;
    private final DeliveryStep delivery;
    private final OffsetCommitter committer;
    private final Outages outages;
    private final Assignment assignment;
    private final Clock clock;
    private final Map<Consumer<?, ?>, Look> lastLooks = Collections.synchronizedMap(new WeakHashMap<>());

    private record Look(Instant at, Outage.@Nullable Stage failed) {}

    IdlePartitions(
            PartitionStarts starts,
            StartGate gate,
            LossCheck losses,
            DeliveryStep delivery,
            OffsetCommitter committer,
            Outages outages,
            Assignment assignment,
            Clock clock) {
        this.starts = starts;
        this.gate = gate;
        this.losses = losses;
        this.delivery = delivery;
        this.committer = committer;
        this.outages = outages;
        this.assignment = assignment;
        this.clock = clock;
    }

    /**
     * Looks at the consumer's partitions, unless it did so a moment ago; on its thread, and not while a poll's records are
     * still to be dealt with. What fails is noted as an outage and tried again by a later look; nothing is thrown.
     */
    void look(Consumer<?, ?> consumer) {
        Look last = lastLooks.get(consumer);
        Instant now = clock.instant();
        if (last != null && isTooSoon(last, now)) {
            return;
        }
        Outage.Stage failed = null;
        try {
            takeCare(consumer, last == null ? null : last.failed());
        } catch (StageFailure failure) {
            failed = failure.stage(); // said by the outage
        } catch (PositionsWentBackException ex) {
            log.debug("Said when the start is decided again: {}", ex.getMessage());
        } catch (KafkaException ex) {
            log.debug("Positions can't be looked at now: {}", FailureText.of(ex)); // the next poll meets the same
        } catch (RuntimeException ex) {
            log.error("Unexpected failure of a look at quiet partitions: {}", FailureText.of(ex));
        }
        lastLooks.put(consumer, new Look(now, failed));
    }

    private static boolean isTooSoon(Look last, Instant now) {
        Duration pause = last.failed() == null ? INTERVAL : INTERVAL_AFTER_FAILURE;
        // A clock that was set back must not stop the looks until it is where it was.
        return !now.isBefore(last.at()) && now.isBefore(last.at().plus(pause));
    }

    private void takeCare(Consumer<?, ?> consumer, Outage.@Nullable Stage failedLast) {
        Map<TopicPartition, PositionChange> moved = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            OwnedPartition owned = assignment.find(new PartitionId(partition.topic(), partition.partition()));
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
                        PositionChange.forward(owned.id(), new Position(owned.log(), position, owned.leaderEpoch())));
            }
            if (position > known || committer.isSilent(partition, COMMIT_AGE)) {
                due.put(partition, new OffsetAndMetadata(position, epoch(owned), ""));
            }
        }
        if (!moved.isEmpty()) {
            leaveOutOtherLogs(moved, due, consumer);
            store(List.copyOf(moved.values()));
        } else if (failedLast != null) {
            outages.works(failedLast); // what could not be stored is another's by now
        }
        if (!due.isEmpty()) {
            committer.commit(due, consumer);
        }
    }

    /** A position that is of a topic created again since the start says nothing of the log that it is stored for. */
    private void leaveOutOtherLogs(
            Map<TopicPartition, PositionChange> moved,
            Map<TopicPartition, OffsetAndMetadata> due,
            Consumer<?, ?> consumer) {
        Set<PartitionId> changed = gate.settleChanged(gate.ask(moved.keySet()), consumer, moved.keySet());
        moved.values().removeIf(change -> changed.contains(change.partition()));
        due.keySet().removeIf(partition -> changed.contains(new PartitionId(partition.topic(), partition.partition())));
    }

    private void store(List<PositionChange> moved) {
        if (moved.isEmpty()) {
            return;
        }
        Map<PartitionId, Long> ends = new HashMap<>();
        moved.forEach(change -> ends.put(change.partition(), change.position().nextOffset()));
        Map<PartitionId, Loss> lost = outages.attempt(Outage.Stage.LOSSES, () -> losses.find(ends));
        try {
            delivery.store(moved);
        } catch (StageFailure failure) {
            if (failure.failure() instanceof OtherLogException) {
                starts.reconsider(ends.keySet());
            }
            throw failure;
        } catch (PositionsWentBackException ex) {
            starts.reconsider(ends.keySet()); // said when they are decided again
            throw ex;
        }
        ends.forEach(assignment::moved);
        losses.settled(lost);
    }

    /** Position as the client has it, or null while it has none: then it is looking for it, and must not be waited for. */
    private static @Nullable Long position(Consumer<?, ?> consumer, TopicPartition partition) {
        try {
            return consumer.position(partition, Duration.ZERO);
        } catch (TimeoutException ex) {
            return null;
        }
    }

    /** Markers and aborted records may be of a later epoch, which no record tells; an earlier one is as good. */
    private static Optional<Integer> epoch(OwnedPartition owned) {
        return owned.leaderEpoch() == Position.NO_EPOCH ? Optional.empty() : Optional.of(owned.leaderEpoch());
    }
}
