package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.consumer.SoleMember;
import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.delivery.StaleMemberException;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.PartitionStarts;
import dev.exposure.intake.position.TopicIdCheck;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Settles where a poll's partitions start before any of its records is processed. Used on the consumer threads.
 *
 * <p>{@link PartitionStarts} decides the starts. This class notes what fails, and tells the other steps of a poll which
 * partitions were moved.
 */
final class PollStarts {

    private final SoleMember members;
    private final PartitionStarts starts;
    private final Assignment assignment;
    private final TopicIdCheck topicIds;
    private final OffsetCommitter committer;
    private final DeadLetterPublisher deadLetters;
    private final Outages outages;

    PollStarts(
            SoleMember members,
            PartitionStarts starts,
            Assignment assignment,
            TopicIdCheck topicIds,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            Outages outages) {
        this.members = members;
        this.starts = starts;
        this.assignment = assignment;
        this.topicIds = topicIds;
        this.committer = committer;
        this.deadLetters = deadLetters;
        this.outages = outages;
    }

    /**
     * Decides starts that are still open, and those of polled partitions whose topic was created again.
     *
     * @param polled partitions that records were fetched from
     * @return partitions that were moved to their start now; the records that were fetched from them must be dropped
     * @throws StageFailure when a polled partition's start can't be decided now, the topics' ids can't be asked for, or
     *     the group has another member although this instance must be alone in it
     * @throws StaleMemberException when the group has gone on without the consumer
     */
    Set<PartitionId> settle(Consumer<?, ?> consumer, Collection<TopicPartition> polled) {
        members.noteIdOf(consumer);
        if (!polled.isEmpty() && members.isDoubtful()) {
            outages.attempt(Outage.Stage.MEMBERS, () -> {
                members.check();
                return true;
            });
        }
        Set<PartitionId> moved = new HashSet<>(adopt(consumer, polled));
        moved.addAll(decide(consumer, polled));
        Set<PartitionId> unmoved = Partitions.ids(polled);
        unmoved.removeAll(moved);
        if (!unmoved.isEmpty()) {
            Set<PartitionId> changed = changed(consumer, unmoved);
            if (!changed.isEmpty()) {
                starts.reconsider(changed);
                moved.addAll(changed);
                moved.addAll(decide(consumer, polled));
            }
        }
        return moved;
    }

    /** Partitions that are assigned to the consumer, but that no rebalance callback has announced. */
    Set<TopicPartition> unannounced(Consumer<?, ?> consumer) {
        Set<TopicPartition> found = new HashSet<>(consumer.assignment());
        found.removeIf(partition -> assignment.find(Partitions.id(partition)) != null);
        return found;
    }

    /**
     * Starts those of the partitions that no rebalance callback has announced. The container asks for each position
     * before it calls the callback, and does not call it when that fails or a wake-up interrupts it, as at the end of a
     * pause.
     *
     * @return partitions started; records that were fetched from them must be dropped
     */
    Set<PartitionId> adopt(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (partitions.stream().allMatch(partition -> assignment.find(Partitions.id(partition)) != null)) {
            return Set.of();
        }
        Set<TopicPartition> found = unannounced(consumer);
        found.retainAll(Set.copyOf(partitions));
        if (!found.isEmpty()) {
            members.rebalanced();
            starts.assigned(consumer, found);
        }
        return Partitions.ids(found);
    }

    private Set<PartitionId> changed(Consumer<?, ?> consumer, Set<PartitionId> unmoved) {
        if (!starts.isUndecided(consumer.assignment())) {
            return outages.attempt(Outage.Stage.POSITIONS, () -> topicIds.changed(unmoved));
        }
        try {
            return topicIds.changed(unmoved); // an answer must not end the outage of the starts that are open
        } catch (RuntimeException ex) {
            outages.note(Outage.Stage.POSITIONS, ex);
            throw new StageFailure(Outage.Stage.POSITIONS, ex);
        }
    }

    private Set<PartitionId> decide(Consumer<?, ?> consumer, Collection<TopicPartition> polled) {
        if (!starts.wantsToSettle(consumer, polled)) {
            return Set.of();
        }
        committer.flush(consumer); // a start at the committed offset needs the newest commit
        Set<PartitionId> moved;
        try {
            moved = outages.attempt(
                    Outage.Stage.POSITIONS,
                    () -> starts.settle(consumer, polled),
                    failure -> failure instanceof StaleMemberException ? null : Outage.Stage.POSITIONS);
        } catch (StageFailure failure) {
            if (starts.isUndecided(polled)) {
                throw failure;
            }
            return Set.of(); // the partitions that can't be decided are not among the polled ones
        }
        for (PartitionId id : moved) {
            // What is remembered of the old log may be wrong for the new one.
            TopicPartition partition = Partitions.kafka(id);
            deadLetters.forget(partition);
            committer.forget(partition);
        }
        return moved;
    }
}
