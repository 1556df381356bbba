package dev.exposure.intake.position;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRange;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.position.StartFactsReader.Decision;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports in log, events and metrics how partitions started: one line and one event for each assignment. */
final class StartReporter {

    private static final Logger log = LoggerFactory.getLogger(StartReporter.class);

    /** Warnings of one assignment that are logged in full; the others are only counted. */
    private static final int MAX_WARNINGS = 10;

    private static final int NAMED_PARTITIONS = 5;

    private final EventLog events;
    private final PositionMeters meters;
    private final Clock clock;
    private final Map<String, String> recreatedTopicIds = new ConcurrentHashMap<>();

    StartReporter(EventLog events, PositionMeters meters, Clock clock) {
        this.events = events;
        this.meters = meters;
        this.clock = clock;
    }

    void assigned() {
        meters.rebalance(EventType.ASSIGNED);
    }

    void removed(Collection<PartitionId> partitions, EventType type) {
        if (partitions.isEmpty()) {
            return;
        }
        meters.rebalance(type);
        log.info("{}: {}", type == EventType.LOST ? "Lost" : "Revoked", PartitionRange.text(partitions));
        events.add(type, partitions, "no longer owned by this instance");
    }

    /** Tells where partitions have started. */
    void started(Map<PartitionId, Decision> decisions, Map<PartitionId, Instant> firstSeen) {
        if (decisions.isEmpty()) {
            return;
        }
        Map<StartReason, Set<PartitionId>> byReason = new TreeMap<>();
        Map<PartitionId, String> warnings = new LinkedHashMap<>();
        decisions.forEach((id, decision) -> {
            Start start = decision.start();
            byReason.computeIfAbsent(start.reason(), reason -> new TreeSet<>()).add(id);
            meters.started(start, id.topic());
            log.debug("Assigned {}: {}, from offset {}", id, start.reason(), start.offset());
            if (start.warning() != null) {
                warnings.put(id, start.warning());
            }
        });
        String text = decisions.size() == 1
                ? single(decisions.values().iterator().next().start())
                : decisions.size() + " partitions, "
                        + (byReason.size() == 1 ? byReason.keySet().iterator().next() : several(byReason));
        text += discovery(byReason.getOrDefault(StartReason.NEW_PARTITION, Set.of()), firstSeen);
        log.info("Assigned {}: {}", PartitionRange.text(decisions.keySet()), text);
        warn(warnings);
        events.add(EventType.ASSIGNED, decisions.keySet(), text + plainWarnings(decisions));
        decisions.forEach(this::tellWhatIsWrong);
    }

    private static String single(Start start) {
        return start.reason() + ", from offset " + start.offset();
    }

    private static String several(Map<StartReason, Set<PartitionId>> byReason) {
        return byReason.entrySet().stream()
                .map(reason -> reason.getKey() + ": " + PartitionRange.text(reason.getValue()))
                .collect(Collectors.joining("; "));
    }

    /** Text about the longest time from a new partition's first sight to its start. */
    private String discovery(Set<PartitionId> added, Map<PartitionId, Instant> firstSeen) {
        Duration longest = Duration.ZERO;
        Instant now = clock.instant();
        for (PartitionId id : added) {
            Instant seen = firstSeen.getOrDefault(id, now);
            Duration since = seen.isAfter(now) ? Duration.ZERO : Duration.between(seen, now);
            meters.discovered(since);
            longest = since.compareTo(longest) > 0 ? since : longest;
        }
        return added.isEmpty()
                ? ""
                : String.format(Locale.ROOT, ", %.1f s after it was first seen", longest.toMillis() / 1000.0);
    }

    private static void warn(Map<PartitionId, String> warnings) {
        warnings.entrySet().stream()
                .limit(MAX_WARNINGS)
                .forEach(warning -> log.warn("{}: {}", warning.getKey(), warning.getValue()));
        if (warnings.size() > MAX_WARNINGS) {
            log.warn("{} more partitions started with a warning", warnings.size() - MAX_WARNINGS);
        }
    }

    /** Warnings of starts without their own event. */
    private static String plainWarnings(Map<PartitionId, Decision> decisions) {
        List<String> plain = decisions.entrySet().stream()
                .filter(entry -> entry.getValue().start().warning() != null
                        && !entry.getValue().start().hasEventOfItsOwn())
                .map(entry -> entry.getKey() + ": " + entry.getValue().start().warning())
                .toList();
        String more = plain.size() > MAX_WARNINGS ? ". And " + (plain.size() - MAX_WARNINGS) + " more" : "";
        return plain.stream().limit(MAX_WARNINGS).map(text -> ". " + text).collect(Collectors.joining()) + more;
    }

    private void tellWhatIsWrong(PartitionId id, Decision decision) {
        String warning = String.valueOf(decision.start().warning());
        switch (decision.start().reason()) {
            case TOPIC_RECREATED -> recreated(id.topic(), decision.facts());
            case TRUNCATED -> {
                meters.truncated(id.topic());
                events.add(EventType.TRUNCATED, id, warning);
            }
            case LOST_TO_RETENTION -> events.add(EventType.RECORDS_LOST, id, warning);
            default -> {}
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

    /** Says that stored positions are behind what was stored before, once for all of them. */
    void wentBack(Map<PartitionId, Decision> decisions) {
        long sum = 0;
        List<String> named = new ArrayList<>();
        Set<PartitionId> ids = new TreeSet<>();
        for (Map.Entry<PartitionId, Decision> entry : decisions.entrySet()) {
            Long processed = entry.getValue().wentBackFrom();
            Position stored = entry.getValue().facts().stored();
            if (processed != null && stored != null) {
                long again = Math.max(0, processed - entry.getValue().start().offset());
                meters.wentBack(entry.getKey().topic(), again);
                sum += again;
                ids.add(entry.getKey());
                if (named.size() < NAMED_PARTITIONS) {
                    named.add(entry.getKey() + " from " + processed + " to " + stored.nextOffset());
                }
            }
        }
        if (ids.isEmpty()) {
            return;
        }
        String more = ids.size() > named.size() ? " and " + (ids.size() - named.size()) + " more" : "";
        String text = "stored positions went back: " + String.join(", ", named) + more
                + ". The database has lost what was stored last (a failover to a replica that lagged, a backup put back), or"
                + " somebody moved the positions; " + sum + " records are processed again";
        log.warn("{}", text);
        events.add(EventType.POSITIONS_WENT_BACK, ids, text);
    }

    /** Each partition detects it; the topic is announced once. */
    private void recreated(String topic, StartFacts facts) {
        String topicId = facts.log().topicId();
        if (!topicId.equals(recreatedTopicIds.put(topic, topicId))) {
            meters.topicRecreated(topic);
            events.addForTopic(
                    EventType.TOPIC_RECREATED, topic, "deleted and created again; reading from its first record");
        }
    }
}
