package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClientIds;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where each assigned partition starts, before its first record is processed.
 *
 * <p>Called on the consumer thread, inside a poll. {@link #assigned} never throws, because a rebalance callback that fails
 * leaves the partition to the client's own reset policy. What could not be decided then (sink or cluster not answering)
 * stays undecided, and {@link #settle} decides it before any of its records is processed.
 */
public final class PartitionStarts {

    private static final Logger log = LoggerFactory.getLogger(PartitionStarts.class);
    private static final Duration ATTEMPT_INTERVAL = Duration.ofSeconds(2);

    private final StartFactsReader facts;
    private final StartWriter writer;
    private final Assignment assignment;
    private final DiscoveredPartitions discovered;
    private final StartReporter announcer;
    private final Clock clock;
    private final Set<PartitionId> undecided = ConcurrentHashMap.newKeySet();
    private volatile Instant nextAttempt = Instant.EPOCH;

    PartitionStarts(
            StartFactsReader facts,
            Delivery sink,
            Assignment assignment,
            DiscoveredPartitions discovered,
            StartReporter announcer,
            Duration commitTimeout,
            Clock clock) {
        this.facts = facts;
        this.writer = new StartWriter(sink, assignment, commitTimeout);
        this.assignment = assignment;
        this.discovered = discovered;
        this.announcer = announcer;
        this.clock = clock;
    }

    /** Takes newly assigned partitions, which may be none, and seeks each to its start. */
    public void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        assignment.joined();
        if (partitions.isEmpty()) {
            return;
        }
        Set<PartitionId> ids = ids(partitions);
        String clientId = ClientIds.of(consumer);
        for (PartitionId id : ids) {
            assignment.assigned(id, clientId, discovered.seen(id));
            undecided.add(id);
        }
        announcer.assigned();
        try {
            decide(consumer, ids, Set.of());
        } catch (RuntimeException ex) {
            log.warn(
                    "Where to start {} can't be decided yet ({}); none of their records is processed before it is",
                    ids,
                    FailureText.of(ex));
        }
    }

    /**
     * Decides what is still undecided for this consumer; to be called on its thread before records are processed.
     *
     * @param polled partitions that records are at hand for
     * @return partitions that have just been moved to their start: the records at hand for them are void
     * @throws RuntimeException when the sink or the cluster does not answer, or a polled partition can't be decided
     *     otherwise; nothing may be processed then
     */
    public Set<PartitionId> settle(Consumer<?, ?> consumer, Collection<TopicPartition> polled) {
        if (undecided.isEmpty()) {
            return Set.of();
        }
        Set<PartitionId> open = ids(consumer.assignment());
        open.retainAll(undecided);
        Set<PartitionId> urgent = ids(polled);
        urgent.retainAll(open);
        if (open.isEmpty() || (urgent.isEmpty() && !isDue())) {
            return Set.of();
        }
        return decide(consumer, open, urgent);
    }

    /** Whether {@link #settle} has something to do now. */
    public boolean wantsToSettle(Consumer<?, ?> consumer, Collection<TopicPartition> polled) {
        if (undecided.isEmpty()) {
            return false;
        }
        Set<PartitionId> open = ids(consumer.assignment());
        open.retainAll(undecided);
        return !open.isEmpty() && (isUndecided(polled) || !clock.instant().isBefore(nextAttempt));
    }

    /** Whether any of the partitions has no decided start; its records must not be processed then. */
    public boolean isUndecided(Collection<TopicPartition> partitions) {
        return ids(partitions).stream().anyMatch(undecided::contains);
    }

    /** Partitions that nothing was polled from are no hurry, but must not wait for a quiet moment either. */
    private boolean isDue() {
        Instant now = clock.instant();
        if (now.isBefore(nextAttempt)) {
            return false;
        }
        nextAttempt = now.plus(ATTEMPT_INTERVAL);
        return true;
    }

    /** Has the starts of the topic's owned partitions decided again, as its log may not be the one it was; any thread. */
    void reconsider(String topic) {
        reconsider(
                assignment.ids().stream().filter(id -> id.topic().equals(topic)).toList());
    }

    /** Has the starts of these partitions decided again before any more of their records is processed; any thread. */
    public void reconsider(Collection<PartitionId> partitions) {
        partitions.stream().filter(id -> assignment.find(id) != null).forEach(undecided::add);
    }

    /** Takes note that partitions were given back in good order; says which of them the consumer had. */
    public Set<PartitionId> revoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        return remove(consumer, partitions, EventType.REVOKED);
    }

    /** Takes note that partitions are another's already; says which of them the consumer had. */
    public Set<PartitionId> lost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        return remove(consumer, partitions, EventType.LOST);
    }

    /**
     * Kafka may say the same loss several times when a consumer stops; only the first has an effect. And it may say it late,
     * when another consumer of this instance owns the partition already: that one keeps it.
     */
    private Set<PartitionId> remove(Consumer<?, ?> consumer, Collection<TopicPartition> partitions, EventType type) {
        String clientId = ClientIds.of(consumer);
        Set<PartitionId> gone = ids(partitions);
        gone.removeIf(id -> {
            OwnedPartition owned = assignment.find(id);
            return owned == null || !owned.consumer().equals(clientId);
        });
        undecided.removeAll(gone);
        assignment.removed(gone);
        announcer.removed(gone, type);
        return gone;
    }

    /** Decides those that can be decided; moves none when an urgent one can't, so that the caller may take its poll back. */
    private Set<PartitionId> decide(Consumer<?, ?> consumer, Set<PartitionId> ids, Set<PartitionId> urgent) {
        Map<PartitionId, StartFacts> found = facts.gather(ids);
        if (!found.keySet().containsAll(urgent)) {
            throw new LeaderNotAvailableException("A partition's start can't be decided while it has no leader");
        }
        Map<PartitionId, Long> wentBack = writer.wentBack(found);
        writer.commit(consumer, found);
        writer.store(found);
        writer.commitAgain(consumer, found, wentBack.keySet());
        announcer.wentBack(wentBack, found);
        found.forEach((id, fact) -> {
            Start start = StartRule.decide(fact);
            consumer.seek(topicPartition(id), new OffsetAndMetadata(start.offset(), epoch(start), ""));
            CommittedOffset committed = fact.committed();
            boolean news = assignment.started(id, start, fact.log(), committed == null ? null : committed.offset());
            undecided.remove(id);
            if (news) {
                announcer.started(id, start, fact, Duration.between(discovered.seen(id), clock.instant()));
            }
        });
        return found.keySet();
    }

    private static Optional<Integer> epoch(Start start) {
        return start.leaderEpoch() == Position.NO_EPOCH ? Optional.empty() : Optional.of(start.leaderEpoch());
    }

    private static Set<PartitionId> ids(Collection<TopicPartition> partitions) {
        Set<PartitionId> ids = new TreeSet<>();
        partitions.forEach(partition -> ids.add(new PartitionId(partition.topic(), partition.partition())));
        return ids;
    }

    private static TopicPartition topicPartition(PartitionId id) {
        return new TopicPartition(id.topic(), id.partition());
    }
}
