package dev.exposure.intake.position;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in log, events and metrics what became of an assignment. */
final class StartReporter {

    private static final Logger log = LoggerFactory.getLogger(StartReporter.class);

    private static final int NAMED_PARTITIONS = 5;

    private final EventLog events;
    private final PositionMeters meters;
    private final Map<String, String> recreatedTopicIds = new ConcurrentHashMap<>();

    StartReporter(EventLog events, PositionMeters meters) {
        this.events = events;
        this.meters = meters;
    }

    void assigned() {
        meters.rebalance(EventType.ASSIGNED);
    }

    void removed(Collection<PartitionId> partitions, EventType type) {
        if (partitions.isEmpty()) {
            return;
        }
        meters.rebalance(type);
        log.info("{}: {}", type == EventType.LOST ? "Lost" : "Revoked", partitions);
        partitions.forEach(id -> events.add(type, id, "no longer owned by this instance"));
    }

    void started(PartitionId id, Start start, StartFacts facts, Duration sinceFirstSeen) {
        String where = start.reason() + ", from offset " + start.offset();
        if (start.reason() == StartReason.NEW_PARTITION) {
            where += String.format(Locale.ROOT, ", %.1f s after it was first seen", sinceFirstSeen.toMillis() / 1000.0);
            meters.discovered(sinceFirstSeen);
        }
        meters.started(start, id.topic());
        events.add(EventType.ASSIGNED, id, where);
        log.info("Assigned {}: {}", id, where);
        if (start.warning() != null) {
            log.warn("{}: {}", id, start.warning());
        }
        switch (start.reason()) {
            case TOPIC_RECREATED -> recreated(id.topic(), facts);
            case TRUNCATED -> {
                meters.truncated(id.topic());
                events.add(EventType.TRUNCATED, id, String.valueOf(start.warning()));
            }
            case LOST_TO_RETENTION -> events.add(EventType.RECORDS_LOST, id, String.valueOf(start.warning()));
            default -> {
                if (start.warning() != null) {
                    events.add(EventType.ASSIGNED, id, start.warning());
                }
            }
        }
    }

    void lost(PartitionId id, LossCheck.Loss loss) {
        String text = loss.count() + " records from offset " + loss.from()
                + " on were deleted by Kafka before they were read";
        log.warn("{}: {}", id, text);
        meters.lostToRetention(id.topic(), loss.count());
        events.add(EventType.RECORDS_LOST, id, text);
    }

    /**
     * Says that the log was cut below the position and has grown again.
     *
     * @param unread records that were cut off before they were read, as far as they were seen
     * @param isNew whether this truncation has not been counted yet
     */
    void truncated(PartitionId id, long position, long first, long unread, boolean isNew) {
        String text =
                "the log was cut below the position " + position + " and has grown again; its new records are counted"
                        + " from offset " + first + " on" + (unread == 0 ? "" : ", " + unread + " were cut off unread");
        log.warn("{}: {}", id, text);
        events.add(EventType.TRUNCATED, id, text);
        if (isNew) {
            meters.truncated(id.topic());
        }
        meters.lostToTruncation(id.topic(), unread);
    }

    /**
     * Says that stored positions are behind what was stored before, once for all of them.
     *
     * @param processed offset up to which each of them was processed
     */
    void wentBack(Map<PartitionId, Long> processed, Map<PartitionId, StartFacts> facts) {
        if (processed.isEmpty()) {
            return;
        }
        long sum = 0;
        List<String> named = new ArrayList<>();
        for (Map.Entry<PartitionId, Long> one : processed.entrySet()) {
            PartitionId id = one.getKey();
            StartFacts fact = Objects.requireNonNull(facts.get(id));
            long again = Math.max(0, one.getValue() - StartRule.decide(fact).offset());
            Position stored = Objects.requireNonNull(fact.stored());
            meters.wentBack(id.topic(), again);
            sum += again;
            if (named.size() < NAMED_PARTITIONS) {
                named.add(id + " from " + one.getValue() + " to " + stored.nextOffset());
            }
        }
        String more = processed.size() > named.size() ? " and " + (processed.size() - named.size()) + " more" : "";
        String text = "stored positions went back: " + String.join(", ", named) + more
                + ". The database has lost what was stored last (a failover to a replica that lagged, a backup put back), or"
                + " somebody moved the positions; " + sum + " records are processed again";
        log.warn("{}", text);
        if (processed.size() == 1) {
            events.add(
                    EventType.POSITIONS_WENT_BACK, processed.keySet().iterator().next(), text);
        } else {
            events.add(EventType.POSITIONS_WENT_BACK, text);
        }
    }

    /** Each partition finds it out for itself; the topic is announced once. */
    private void recreated(String topic, StartFacts facts) {
        String topicId = facts.log().topicId();
        if (!topicId.equals(recreatedTopicIds.put(topic, topicId))) {
            meters.topicRecreated(topic);
            events.addForTopic(
                    EventType.TOPIC_RECREATED, topic, "deleted and created again; reading from its first record");
        }
    }
}
