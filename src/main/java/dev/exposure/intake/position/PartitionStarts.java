package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClientIds;
import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
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
    private final Delivery sink;
    private final Assignment assignment;
    private final DiscoveredPartitions discovered;
    private final StartReporter announcer;
    private final Duration commitTimeout;
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
        this.sink = sink;
        this.assignment = assignment;
        this.discovered = discovered;
        this.announcer = announcer;
        this.commitTimeout = commitTimeout;
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
        Map<PartitionId, Long> wentBack = wentBack(found);
        commitStarts(consumer, found);
        storeStarts(found);
        commitAgain(consumer, found, wentBack.keySet());
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

    /**
     * Commits starts that every later owner has to know: initial positions that could not be committed before joining,
     * those of new partitions, which would be taken for new again as long as nothing is written to them, and those of
     * topics that were created again.
     */
    private void commitStarts(Consumer<?, ?> consumer, Map<PartitionId, StartFacts> found) {
        Map<TopicPartition, OffsetAndMetadata> pinned = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> fresh = new HashMap<>();
        found.forEach((id, fact) -> {
            Start start = StartRule.decide(fact);
            boolean first = start.reason() == StartReason.FIRST_START;
            boolean unknown = fact.committed() == null && (first || start.reason() == StartReason.NEW_PARTITION);
            if (unknown || start.reason() == StartReason.TOPIC_RECREATED) {
                String metadata = new CommitMetadata(fact.log(), first).text();
                (first ? pinned : fresh)
                        .put(topicPartition(id), new OffsetAndMetadata(start.offset(), Optional.empty(), metadata));
            }
        });
        if (!pinned.isEmpty()) {
            consumer.commitSync(pinned, commitTimeout);
        }
        try {
            if (!fresh.isEmpty()) {
                consumer.commitSync(fresh, commitTimeout);
            }
        } catch (KafkaException ex) {
            // No harm: without it they start at their first record as well.
            log.info("Starts of {} not committed yet: {}", fresh.keySet(), FailureText.of(ex));
        }
    }

    /** Partitions whose stored position is behind what was stored before, with the offset up to which they were processed. */
    private Map<PartitionId, Long> wentBack(Map<PartitionId, StartFacts> found) {
        Map<PartitionId, Long> wentBack = new TreeMap<>();
        found.forEach((id, fact) -> {
            Position stored = fact.stored();
            long processed = fact.processedUpTo(assignment.find(id));
            if (stored != null && processed > stored.nextOffset()) {
                wentBack.put(id, processed);
            }
        });
        return wentBack;
    }

    /** Commits where these partitions start, so that a later owner does not find once more that they went back. */
    private void commitAgain(Consumer<?, ?> consumer, Map<PartitionId, StartFacts> found, Set<PartitionId> wentBack) {
        Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
        found.forEach((id, fact) -> {
            if (wentBack.contains(id)) {
                Start start = StartRule.decide(fact);
                String metadata = new CommitMetadata(fact.log(), false).text();
                starts.put(topicPartition(id), new OffsetAndMetadata(start.offset(), epoch(start), metadata));
            }
        });
        try {
            if (!starts.isEmpty()) {
                consumer.commitSync(starts, commitTimeout);
            }
        } catch (KafkaException ex) {
            log.info("Starts of {} not committed yet: {}", starts.keySet(), FailureText.of(ex));
        }
    }

    /**
     * Stores the positions that no write of records will store in time: those of partitions that have none, which would
     * else depend on the commit alone for as long as nothing is written to them; those behind what was lost, so that the
     * same loss is not counted again by the next assignment; those in a log that takes the place of another one, so
     * that a former owner's records of the old log are refused from now on; and those in a truncated log where no epoch
     * tells what was read before, so that its new records are not taken for old ones.
     */
    private void storeStarts(Map<PartitionId, StartFacts> found) {
        List<PositionChange> starts = new ArrayList<>();
        found.forEach((id, fact) -> {
            Start start = StartRule.decide(fact);
            boolean truncated = start.reason() == StartReason.TRUNCATED && start.leaderEpoch() == Position.NO_EPOCH;
            if (fact.stored() == null || start.lost() > 0 || fact.replacedLog() != null || truncated) {
                int epoch = truncated ? Position.NO_EPOCH : fact.epochBefore();
                Position position = new Position(fact.log(), start.offset(), epoch);
                starts.add(new PositionChange(id, position, fact.stored()));
            }
        });
        sink.store(starts);
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
