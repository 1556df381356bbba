package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClientIds;
import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRange;
import dev.exposure.intake.position.StartFactsReader.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
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
 * <p>Called on the consumer thread, inside a poll. {@link #assigned} never throws: after a failed rebalance callback,
 * the client's own reset policy would decide. A start that can't be decided then (database or cluster not answering)
 * stays open until {@link #settle} decides it, before any of the partition's records is processed.
 */
public final class PartitionStarts {

    private static final Logger log = LoggerFactory.getLogger(PartitionStarts.class);

    private final StartFactsReader facts;
    private final Delivery sink;
    private final Assignment assignment;
    private final DiscoveredPartitions discovered;
    private final StartReporter reporter;
    private final Duration timeout;
    private final UndecidedStarts undecided;

    /**
     * Starts of this instance.
     *
     * @param timeout longest wait for the cluster
     */
    PartitionStarts(
            StartFactsReader facts,
            Delivery sink,
            Assignment assignment,
            DiscoveredPartitions discovered,
            StartReporter reporter,
            Duration timeout,
            UndecidedStarts undecided) {
        this.facts = facts;
        this.sink = sink;
        this.assignment = assignment;
        this.discovered = discovered;
        this.reporter = reporter;
        this.timeout = timeout;
        this.undecided = undecided;
    }

    /** Takes newly assigned partitions, which may be none, and seeks each to its start. */
    public void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        assignment.joined();
        if (partitions.isEmpty()) {
            return;
        }
        Set<PartitionId> ids = Partitions.ids(partitions);
        String clientId = ClientIds.of(consumer);
        discovered.seen(ids).forEach((id, at) -> assignment.assigned(id, clientId, at));
        undecided.add(ids);
        reporter.assigned();
        try {
            decide(consumer, ids, Set.of(), timeout);
        } catch (RuntimeException ex) {
            log.warn(
                    "Where to start {} can't be decided yet ({}); their records are not processed until then",
                    PartitionRange.text(ids),
                    FailureText.of(ex));
        }
    }

    /**
     * Decides what is still undecided for this consumer; to be called on its thread before records are processed.
     *
     * @param polled partitions that records were fetched from
     * @return partitions that were moved to their start now, or that no longer exist: records that were fetched from
     *     them must be dropped
     * @throws RuntimeException when the database or the cluster does not answer, or a polled partition can't be decided
     *     for another reason; nothing may be processed then
     */
    public Set<PartitionId> settle(Consumer<?, ?> consumer, Collection<TopicPartition> polled) {
        if (undecided.isEmpty()) {
            return Set.of();
        }
        Set<PartitionId> owned = Partitions.ids(consumer.assignment());
        Set<PartitionId> urgent = Partitions.ids(polled);
        urgent.retainAll(owned);
        urgent.removeIf(id -> !undecided.contains(id));
        Set<PartitionId> due = undecided.due(owned, urgent);
        return due.isEmpty() ? Set.of() : decide(consumer, due, urgent, undecided.begin(due, urgent, timeout));
    }

    /** Whether {@link #settle} has something to do now. */
    public boolean wantsToSettle(Consumer<?, ?> consumer, Collection<TopicPartition> polled) {
        return isUndecided(polled)
                || (!undecided.isEmpty()
                        && !undecided
                                .due(Partitions.ids(consumer.assignment()), Set.of())
                                .isEmpty());
    }

    /** Whether any of the partitions has no decided start; its records must not be processed then. */
    public boolean isUndecided(Collection<TopicPartition> partitions) {
        return !undecided.isEmpty() && Partitions.ids(partitions).stream().anyMatch(undecided::contains);
    }

    /** Makes the topic's owned partitions undecided again, because its log may be another one; any thread. */
    void reconsider(String topic) {
        reconsider(
                assignment.ids().stream().filter(id -> id.topic().equals(topic)).toList());
    }

    /** Makes these partitions undecided again, before any more of their records is processed; any thread. */
    public void reconsider(Collection<PartitionId> partitions) {
        undecided.add(
                partitions.stream().filter(id -> assignment.find(id) != null).toList());
    }

    /** Takes note that partitions were revoked; returns those of them that the consumer had. */
    public Set<PartitionId> revoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        return remove(consumer, partitions, EventType.REVOKED);
    }

    /** Takes note that partitions were lost to another owner; returns those of them that the consumer had. */
    public Set<PartitionId> lost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        return remove(consumer, partitions, EventType.LOST);
    }

    /**
     * Kafka may report the same loss several times when a consumer stops; only the first has an effect. It may also
     * report it late, when another consumer of this instance already owns the partition: that consumer keeps it.
     */
    private Set<PartitionId> remove(Consumer<?, ?> consumer, Collection<TopicPartition> partitions, EventType type) {
        String clientId = ClientIds.of(consumer);
        Set<PartitionId> gone = Partitions.ids(partitions);
        gone.removeIf(id -> {
            OwnedPartition owned = assignment.find(id);
            return owned == null || !owned.consumer().equals(clientId);
        });
        undecided.remove(gone);
        assignment.removed(gone);
        reporter.removed(gone, type);
        return gone;
    }

    /**
     * Decides the starts that can be decided. Moves none when an urgent one can't, so that the caller can read its poll
     * again.
     */
    private Set<PartitionId> decide(
            Consumer<?, ?> consumer, Set<PartitionId> ids, Set<PartitionId> urgent, Duration wait) {
        UndecidedStarts.Round round = undecided.round(ids);
        StartFactsReader.Found found = facts.gather(ids, wait);
        Set<PartitionId> gone = found.gone(assignment);
        Map<PartitionId, Decision> decisions = found.decisions(assignment);
        Set<PartitionId> unanswered = new TreeSet<>(ids);
        unanswered.removeAll(decisions.keySet());
        unanswered.removeAll(gone);
        if (!Collections.disjoint(unanswered, urgent) || (decisions.isEmpty() && !unanswered.isEmpty())) {
            round.decided(Set.of());
            unanswered.forEach(id -> found.topics().log(id.topic())); // clearer error when the topic is missing
            throw new LeaderNotAvailableException(
                    "The leaders of " + PartitionRange.text(unanswered) + " do not tell where their logs begin");
        }
        commitStarts(consumer, decisions);
        sink.actFor(consumer.groupMetadata());
        sink.store(decisions.entrySet().stream()
                .flatMap(one -> one.getValue().change(one.getKey()).stream())
                .toList());
        // Otherwise a later owner would find again that they went back.
        tryToCommit(consumer, commits(decisions, decision -> decision.wentBackFrom() != null));
        reporter.wentBack(decisions);
        Map<PartitionId, Decision> news = new TreeMap<>();
        decisions.forEach((id, decision) -> {
            Start start = decision.start();
            consumer.seek(Partitions.kafka(id), new OffsetAndMetadata(start.offset(), start.epoch(), ""));
            if (assignment.started(
                    id, start, decision.facts().log(), decision.facts().committedOffset())) {
                news.put(id, decision);
            }
        });
        round.decided(decisions.keySet());
        Map<PartitionId, Instant> firstSeen = discovered.seen(news.keySet());
        reporter.started(news, firstSeen);
        Set<PartitionId> moved = new TreeSet<>(decisions.keySet());
        moved.addAll(gone);
        return moved;
    }

    /** Commits the starts that every later owner has to know. */
    private void commitStarts(Consumer<?, ?> consumer, Map<PartitionId, Decision> decisions) {
        Map<TopicPartition, OffsetAndMetadata> needed = commits(
                decisions, decision -> decision.facts().isCommitNeeded(decision.start()) && !isUseful(decision));
        if (!needed.isEmpty()) {
            consumer.commitSync(needed, timeout);
        }
        tryToCommit(
                consumer,
                commits(
                        decisions,
                        decision -> decision.facts().isCommitNeeded(decision.start()) && isUseful(decision)));
    }

    /** Whether the commit may fail: without it, the partition would also start at its first record. */
    private static boolean isUseful(Decision decision) {
        return decision.start().isAtFirstRecord();
    }

    private static Map<TopicPartition, OffsetAndMetadata> commits(
            Map<PartitionId, Decision> decisions, Predicate<Decision> wanted) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        decisions.forEach((id, decision) -> {
            if (wanted.test(decision)) {
                commits.put(Partitions.kafka(id), decision.facts().commit(decision.start()));
            }
        });
        return commits;
    }

    private void tryToCommit(Consumer<?, ?> consumer, Map<TopicPartition, OffsetAndMetadata> commits) {
        try {
            if (!commits.isEmpty()) {
                consumer.commitSync(commits, timeout);
            }
        } catch (KafkaException ex) {
            String partitions = PartitionRange.text(Partitions.ids(commits.keySet()));
            log.info("Starts of {} not committed yet: {}", partitions, FailureText.of(ex));
        }
    }
}
