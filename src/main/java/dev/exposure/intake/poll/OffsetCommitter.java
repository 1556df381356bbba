package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.OwnedPartition;
import dev.exposure.intake.position.Start;
import dev.exposure.intake.position.StartReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits processed offsets to Kafka, with leader epoch and metadata.
 *
 * <p>A commit that fails (a rebalance is under way, the coordinator is away) is kept and goes with the next one: the
 * sink has the position already, so nothing has to be processed again. Only partitions that are still assigned are
 * committed, because Kafka lets a member commit a partition that has another owner by now, and its offset would go
 * back.
 */
final class OffsetCommitter {

    private static final Logger log = LoggerFactory.getLogger(OffsetCommitter.class);

    private final Assignment assignment;
    private final ClientFailures clients;
    private final CommitNotice notice;
    private final boolean deliveryCommits;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final Map<TopicPartition, OffsetAndMetadata> pending = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> lastCommits = new ConcurrentHashMap<>();

    /**
     * Committer for all consumer threads.
     *
     * @param deliveryCommits whether the delivery commits the offsets of what it delivers
     * @param timeout longest wait for the coordinator's answer
     */
    OffsetCommitter(
            Assignment assignment,
            ClientFailures clients,
            CommitNotice notice,
            boolean deliveryCommits,
            Duration timeout,
            LongSupplier nanoTime) {
        this.assignment = assignment;
        this.clients = clients;
        this.notice = notice;
        this.deliveryCommits = deliveryCommits;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    /**
     * Commits the offsets after a delivery's records, unless the delivery has committed them itself; on the consumer's
     * thread. What fails is kept, nothing is thrown.
     */
    void delivered(Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> consumer) {
        if (!deliveryCommits) {
            commit(offsets, consumer);
            return;
        }
        offsets.forEach((partition, offset) -> {
            pending.remove(partition);
            lastCommits.put(partition, nanoTime.getAsLong());
            assignment.committed(Partitions.id(partition), offset.offset());
        });
        clients.proven();
        flush(consumer);
    }

    /** Commits these offsets and what is pending for this consumer; on its thread. What fails is kept, nothing is thrown. */
    void commit(Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> consumer) {
        offsets.forEach((partition, offset) -> {
            OwnedPartition owned = assignment.find(Partitions.id(partition));
            if (owned != null && owned.log() != null) {
                String metadata = new CommitMetadata(owned.log(), isSeed(owned, offset.offset())).text();
                pending.put(partition, new OffsetAndMetadata(offset.offset(), offset.leaderEpoch(), metadata));
            }
        });
        flush(consumer);
    }

    /** Commits what is pending for this consumer, if anything; on its thread. What fails is kept, nothing is thrown. */
    void flush(Consumer<?, ?> consumer) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            OffsetAndMetadata offset = pending.get(partition);
            if (offset != null) {
                due.put(partition, offset);
            }
        }
        if (due.isEmpty()) {
            return;
        }
        try {
            commitSync(consumer, due);
        } catch (KafkaException ex) {
            notice.putOff(ex);
            if (ex instanceof AuthorizationException) {
                clients.commitRefused(ex);
            }
            return;
        } catch (RuntimeException ex) {
            // The sink has the positions, so nothing has to be rewound.
            log.error("Unexpected failure of a commit: {}", FailureText.of(ex));
            return;
        }
        notice.committed();
        clients.proven();
        due.forEach((partition, offset) -> {
            pending.remove(partition, offset);
            lastCommits.put(partition, nanoTime.getAsLong());
            assignment.committed(Partitions.id(partition), offset.offset());
        });
    }

    /**
     * After a failure of this consumer, while no records come to commit, repeats its last commit: the brokers accept
     * that only from a valid member.
     */
    void proveMembership(Consumer<?, ?> consumer) {
        if (!clients.isUnproven()) {
            return;
        }
        for (TopicPartition partition : consumer.assignment()) {
            OwnedPartition owned = assignment.find(Partitions.id(partition));
            if (owned != null && owned.position() != null) {
                commit(Map.of(partition, offset(owned.position(), owned.leaderEpoch())), consumer);
                return;
            }
        }
        if (consumer.assignment().isEmpty() && consumer.groupMetadata().generationId() >= 0) {
            clients.isMember();
        }
    }

    /**
     * Whether nothing has been committed for the partition since its assignment, or for this long, and nothing is
     * pending.
     */
    boolean isSilent(TopicPartition partition, Duration age) {
        Long last = lastCommits.get(partition);
        return !pending.containsKey(partition) && (last == null || nanoTime.getAsLong() - last >= age.toNanos());
    }

    /** Forgets a partition's pending commit and the time of its last one. */
    void forget(TopicPartition partition) {
        pending.remove(partition);
        lastCommits.remove(partition);
    }

    /** An offset as Kafka takes it, with the leader epoch where it is known. */
    static OffsetAndMetadata offset(long offset, int leaderEpoch) {
        Optional<Integer> epoch = leaderEpoch == Position.NO_EPOCH ? Optional.empty() : Optional.of(leaderEpoch);
        return new OffsetAndMetadata(offset, epoch, "");
    }

    /** Whether the offset still pins the group's first start, because nothing has been read. */
    private static boolean isSeed(OwnedPartition owned, long offset) {
        Start start = owned.start();
        return start != null && start.reason() == StartReason.FIRST_START && start.offset() == offset;
    }

    private void commitSync(Consumer<?, ?> consumer, Map<TopicPartition, OffsetAndMetadata> due) {
        try {
            consumer.commitSync(due, timeout);
        } catch (WakeupException ex) {
            // The wake-up was for the poll that has just ended: the container is stopping, and this commit is still
            // due.
            consumer.commitSync(due, timeout);
        }
    }
}
