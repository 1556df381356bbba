package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.consumer.SoleMember;
import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.PartitionStarts;
import java.util.Collection;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/** Starts partitions that a rebalance brought, and forgets those that it took. Called on the consumer threads. */
final class RebalanceListener implements ConsumerAwareRebalanceListener {

    private final PartitionStarts starts;
    private final OffsetCommitter committer;
    private final DeadLetterPublisher deadLetters;
    private final Delivery delivery;
    private final Assignment assignment;
    private final Outages outages;
    private final SoleMember members;

    RebalanceListener(
            PartitionStarts starts,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            Delivery delivery,
            Assignment assignment,
            Outages outages,
            SoleMember members) {
        this.starts = starts;
        this.committer = committer;
        this.deadLetters = deadLetters;
        this.delivery = delivery;
        this.assignment = assignment;
        this.outages = outages;
        this.members = members;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        members.rebalanced();
        members.noteIdOf(consumer);
        starts.assigned(consumer, partitions);
    }

    @Override
    public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        members.rebalanced();
        committer.flush(consumer);
    }

    @Override
    public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        forget(starts.revoked(consumer, partitions));
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        members.rebalanced();
        forget(starts.lost(consumer, partitions));
    }

    private void forget(Set<PartitionId> gone) {
        delivery.forget(gone);
        for (PartitionId id : gone) {
            TopicPartition partition = Partitions.kafka(id);
            committer.forget(partition);
            deadLetters.forget(partition);
        }
        // Without partitions, no success would ever end the outages.
        if (assignment.ids().isEmpty()) {
            outages.clear();
        } else if (!gone.isEmpty()) {
            outages.leave();
        }
    }
}
