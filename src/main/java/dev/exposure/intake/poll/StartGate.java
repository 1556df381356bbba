package dev.exposure.intake.poll;

import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.PartitionStarts;
import dev.exposure.intake.position.TopicIdCheck;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets only those records through whose partition's start is decided, and that come from the very log in which it started.
 * Used on the consumer threads.
 */
final class StartGate {

    private final SoleMember members;
    private final PartitionStarts starts;
    private final TopicIdCheck logs;
    private final OffsetCommitter committer;
    private final DeadLetterPublisher deadLetters;
    private final Outages outages;

    StartGate(
            SoleMember members,
            PartitionStarts starts,
            TopicIdCheck logs,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            Outages outages) {
        this.members = members;
        this.starts = starts;
        this.logs = logs;
        this.committer = committer;
        this.deadLetters = deadLetters;
        this.outages = outages;
    }

    /**
     * Decides starts that are open; does nothing when there are none.
     *
     * @param polled partitions that records are at hand for
     * @return partitions that have just been moved to their start: the records at hand for them are void
     * @throws StageFailure when a polled partition's start can't be decided now, or somebody else is in a group that this
     *     instance has to have to itself
     */
    Set<PartitionId> settle(Consumer<?, ?> consumer, Collection<TopicPartition> polled) {
        members.noteIdOf(consumer);
        if (!polled.isEmpty() && members.isDoubtful()) {
            outages.attempt(Outage.Stage.MEMBERS, () -> {
                members.check();
                return true;
            });
        }
        if (!starts.wantsToSettle(consumer, polled)) {
            return Set.of();
        }
        committer.flush(consumer); // what is decided by the commit must not be decided by an old one
        Set<PartitionId> moved;
        try {
            moved = outages.attempt(Outage.Stage.POSITIONS, () -> starts.settle(consumer, polled));
        } catch (StageFailure failure) {
            if (starts.isUndecided(polled)) {
                throw failure;
            }
            return Set.of(); // none of these records is concerned
        }
        for (PartitionId id : moved) {
            // What is remembered of the log that it was may not be true of the log that it is.
            TopicPartition partition = new TopicPartition(id.topic(), id.partition());
            deadLetters.forget(partition);
            committer.forget(partition);
        }
        return moved;
    }

    /** Asks whether the partitions' logs are still those that they were started in; returns at once. */
    TopicIdCheck.Question ask(Collection<TopicPartition> polled) {
        return logs.ask(polled.stream()
                .map(partition -> new PartitionId(partition.topic(), partition.partition()))
                .toList());
    }

    /**
     * Waits for the answer, and moves partitions whose topic was created again to their start in the new log.
     *
     * @return partitions that have been moved; the records at hand for them are void
     * @throws StageFailure when the answer does not come, or a start can't be decided now
     */
    Set<PartitionId> settleChanged(
            TopicIdCheck.Question question, Consumer<?, ?> consumer, Collection<TopicPartition> polled) {
        Set<PartitionId> changed = outages.attempt(Outage.Stage.POSITIONS, question::changed);
        if (changed.isEmpty()) {
            return Set.of();
        }
        starts.reconsider(changed);
        Set<PartitionId> moved = new HashSet<>(changed);
        moved.addAll(settle(consumer, polled));
        return moved;
    }
}
