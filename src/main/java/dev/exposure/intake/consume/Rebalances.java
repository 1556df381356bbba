package dev.exposure.intake.consume;

import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.position.AssignmentGuard;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/** Tells the rooms concerned what a rebalance brought and took. Called on the consumer threads. */
final class Rebalances implements ConsumerAwareRebalanceListener {

    private final AssignmentGuard guard;
    private final OffsetCommitter committer;
    private final DeadLetterPublisher deadLetters;

    Rebalances(AssignmentGuard guard, OffsetCommitter committer, DeadLetterPublisher deadLetters) {
        this.guard = guard;
        this.committer = committer;
        this.deadLetters = deadLetters;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        guard.assigned(consumer, partitions);
    }

    @Override
    public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        committer.flush(consumer);
    }

    @Override
    public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        guard.revoked(partitions);
        forget(partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        guard.lost(partitions);
        forget(partitions);
    }

    private void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(committer::forget);
        partitions.forEach(deadLetters::forget);
    }
}
