package dev.exposure.intake.delivery.kafka;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.Ledger;
import dev.exposure.intake.delivery.OutcomeUnknownException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.delivery.PositionRule;
import dev.exposure.intake.delivery.ProcessorCall;
import dev.exposure.intake.delivery.ProcessorException;
import dev.exposure.intake.delivery.StaleMemberException;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.process.ExposureProcessor;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Delivers in a Kafka transaction. What the processor writes with {@link KafkaOperations} and the group's offsets change
 * together.
 *
 * <p>The positions are the group's committed offsets; their metadata names the log. The coordinator refuses a member if the
 * group has continued without it (KIP-447), so a former owner can't store anything. After a failed transaction, positions in
 * memory are dropped: the cluster is asked where a partition continues, and answers only when the transaction has ended.
 */
final class KafkaDelivery implements Delivery {

    private final KafkaOperations<byte[], byte[]> operations;
    private final ClusterReader cluster;
    private final ProcessorCall processor;
    private final String topic;
    private final Duration timeout;

    /** The group member of each consumer's thread. */
    private final Map<Thread, ConsumerGroupMetadata> members = Collections.synchronizedMap(new WeakHashMap<>());

    /** Positions that this process has found or stored, of partitions that it owns. */
    private final Map<PartitionId, Position> known = new ConcurrentHashMap<>();

    /**
     * Delivery to one topic.
     *
     * @param operations of transactional producers
     * @param topic topic of the results, which has to exist
     * @param timeout longest wait for an answer of the cluster
     * @param limit longest time for a call of the processor
     * @param outages shows a processor that takes long
     */
    KafkaDelivery(
            KafkaOperations<byte[], byte[]> operations,
            ClusterReader cluster,
            ExposureProcessor processor,
            String topic,
            Duration timeout,
            Duration limit,
            Outages outages) {
        this.operations = operations;
        this.cluster = cluster;
        this.processor = new ProcessorCall(processor, limit, KafkaDelivery::isOfKafka, outages);
        this.topic = topic;
        this.timeout = timeout;
    }

    @Override
    public String type() {
        return "kafka";
    }

    @Override
    public boolean commitsOffsets() {
        return true;
    }

    /** Checks that the topic of the results exists; only the first transaction shows whether it may be written to. */
    @Override
    public void prepare() {
        if (cluster.topics(List.of(topic), new Deadline(timeout)).missing().contains(topic)) {
            throw new UnknownTopicOrPartitionException("Topic " + topic
                    + " (intake.delivery.kafka.topic) does not exist. Create it, with the number of partitions that its readers"
                    + " need");
        }
    }

    @Override
    public void actFor(ConsumerGroupMetadata now) {
        members.put(Thread.currentThread(), now);
    }

    @Override
    public DeliveryResult deliver(List<PartitionRecords<Exposure>> poll) {
        Map<PartitionId, Position> stored = new HashMap<>();
        for (PartitionRecords<Exposure> records : poll) {
            Position position = known.get(records.partition());
            if (position != null) {
                stored.put(records.partition(), position);
            }
        }
        Ledger ledger = new Ledger(stored, false);
        poll.forEach(ledger::enter);
        if (ledger.moved().isEmpty()) {
            return ledger.result();
        }
        inTransaction(ledger.moved(), () -> {
            if (!ledger.accepted().isEmpty()) {
                processor.process(ledger.accepted(), null);
            }
        });
        return ledger.result();
    }

    @Override
    public void store(Collection<PositionChange> changes) {
        Map<PartitionId, Position> moved = new HashMap<>();
        for (PositionChange change : changes) {
            Position next = PositionRule.changed(change, known.get(change.partition()));
            if (next != null) {
                moved.put(change.partition(), next);
            }
        }
        if (!moved.isEmpty()) {
            inTransaction(moved, () -> {});
        }
    }

    private void inTransaction(Map<PartitionId, Position> moved, Runnable work) {
        try {
            operations.executeInTransaction(transaction -> {
                work.run();
                transaction.sendOffsetsToTransaction(offsets(moved), currentMember());
                return true;
            });
        } catch (ProcessorException ex) {
            throw ex; // thrown before any offset was sent, so nothing is ever committed
        } catch (RuntimeException ex) {
            known.keySet().removeAll(moved.keySet());
            throw isStaleMember(ex) ? new StaleMemberException(ex) : new OutcomeUnknownException(ex);
        }
        known.putAll(moved);
    }

    private ConsumerGroupMetadata currentMember() {
        ConsumerGroupMetadata current = members.get(Thread.currentThread());
        if (current == null) {
            throw new IllegalStateException("No consumer belongs to this thread");
        }
        return current;
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Map<PartitionId, Position> moved) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        moved.forEach((partition, position) -> {
            Optional<Integer> epoch = position.leaderEpoch() == Position.NO_EPOCH
                    ? Optional.empty()
                    : Optional.of(position.leaderEpoch());
            String metadata = new CommitMetadata(position.log(), false).text();
            offsets.put(Partitions.kafka(partition), new OffsetAndMetadata(position.nextOffset(), epoch, metadata));
        });
        return offsets;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A commit that pins the group's first start is not a position, nor is a commit of another tool; the start rule
     * handles them.
     */
    @Override
    public Map<PartitionId, Position> positions(String clusterId, Collection<PartitionId> partitions) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        Map<PartitionId, Position> found = new HashMap<>();
        cluster.stableCommitted(partitions, new Deadline(timeout)).forEach((partition, committed) -> {
            CommitMetadata metadata = committed.metadata();
            if (metadata != null && !metadata.seed()) {
                found.put(partition, new Position(metadata.log(), committed.offset(), committed.leaderEpoch()));
            }
        });
        known.keySet().removeAll(Set.copyOf(partitions));
        known.putAll(found);
        return found;
    }

    @Override
    public void forget(Collection<PartitionId> partitions) {
        known.keySet().removeAll(Set.copyOf(partitions));
    }

    private static boolean isStaleMember(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommitFailedException || cause instanceof FencedInstanceIdException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfKafka(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KafkaException) {
                return true;
            }
        }
        return false;
    }
}
