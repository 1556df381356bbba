package dev.exposure.intake.position;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits and stores where partitions start, so that every later owner, and every later start, goes on from there. */
final class StartWriter {

    private static final Logger log = LoggerFactory.getLogger(StartWriter.class);

    private final Delivery delivery;
    private final Assignment assignment;
    private final Duration commitTimeout;

    StartWriter(Delivery delivery, Assignment assignment, Duration commitTimeout) {
        this.delivery = delivery;
        this.assignment = assignment;
        this.commitTimeout = commitTimeout;
    }

    /**
     * Commits starts that every later owner has to know: initial positions that could not be committed before joining,
     * those of new partitions, which would be taken for new again as long as nothing is written to them, and those of
     * topics that were created again.
     */
    void commit(Consumer<?, ?> consumer, Map<PartitionId, StartFacts> found) {
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
    Map<PartitionId, Long> wentBack(Map<PartitionId, StartFacts> found) {
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
    void commitAgain(Consumer<?, ?> consumer, Map<PartitionId, StartFacts> found, Set<PartitionId> wentBack) {
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
    void store(Map<PartitionId, StartFacts> found) {
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
        delivery.store(starts);
    }

    private static Optional<Integer> epoch(Start start) {
        return start.leaderEpoch() == Position.NO_EPOCH ? Optional.empty() : Optional.of(start.leaderEpoch());
    }

    private static TopicPartition topicPartition(PartitionId id) {
        return new TopicPartition(id.topic(), id.partition());
    }
}
