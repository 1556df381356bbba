package dev.exposure.intake.consume;

import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.position.AssignmentBook;
import dev.exposure.intake.position.AssignmentGuard;
import dev.exposure.intake.sink.PartitionId;
import java.util.Collection;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/** Tells the rooms concerned what a rebalance brought and took. Called on the consumer threads. */
final class Rebalances implements ConsumerAwareRebalanceListener {

    private final AssignmentGuard guard;
    private final OffsetCommitter committer;
    private final DeadLetterPublisher deadLetters;
    private final AssignmentBook book;
    private final Outages outages;
    private final SoleMember members;

    Rebalances(
            AssignmentGuard guard,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            AssignmentBook book,
            Outages outages,
            SoleMember members) {
        this.guard = guard;
        this.committer = committer;
        this.deadLetters = deadLetters;
        this.book = book;
        this.outages = outages;
        this.members = members;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        members.rebalanced();
        members.noteIdOf(consumer);
        guard.assigned(consumer, partitions);
    }

    @Override
    public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        members.rebalanced();
        committer.flush(consumer);
    }

    @Override
    public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        forget(guard.revoked(consumer, partitions));
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        members.rebalanced();
        forget(guard.lost(consumer, partitions));
    }

    private void forget(Set<PartitionId> gone) {
        for (PartitionId id : gone) {
            TopicPartition partition = new TopicPartition(id.topic(), id.partition());
            committer.forget(partition);
            deadLetters.forget(partition);
        }
        // With nothing to take further, nothing would ever show that it works again.
        if (book.ids().isEmpty()) {
            outages.clear();
        } else if (!gone.isEmpty()) {
            outages.leave();
        }
    }
}
