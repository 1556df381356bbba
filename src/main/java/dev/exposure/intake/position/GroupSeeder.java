package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.cluster.Topics;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.MissingTopics;
import dev.exposure.intake.partition.InitialPosition;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pins the group's first start: the initial position is resolved once and committed for every partition that exists, before
 * the first consumer joins. From then on a partition without a position can only be one that was added later.
 *
 * <p>The broker accepts these commits only while the group is empty. If several instances start at once, only one
 * succeeds: the others are refused, look again, and find its positions.
 *
 * <p>A topic that does not exist yet is not seeded. Once it is created, all its partitions are new and are read from their
 * first record.
 */
public final class GroupSeeder {

    private static final Logger log = LoggerFactory.getLogger(GroupSeeder.class);

    private final Admin admin;
    private final ClusterReader cluster;
    private final Duration timeout;
    private final String groupId;
    private final IntakeProperties properties;
    private final Delivery sink;
    private final DiscoveredPartitions discovered;
    private final MissingTopics missingTopics;
    private final PendingSeeds pendingSeeds;
    private final EventLog events;
    private final Clock clock;
    private final Set<String> createdLater = new TreeSet<>();

    GroupSeeder(
            Admin admin,
            ClusterReader cluster,
            Duration timeout,
            String groupId,
            IntakeProperties properties,
            Delivery sink,
            DiscoveredPartitions discovered,
            MissingTopics missingTopics,
            PendingSeeds pendingSeeds,
            EventLog events,
            Clock clock) {
        this.admin = admin;
        this.cluster = cluster;
        this.timeout = timeout;
        this.groupId = groupId;
        this.properties = properties;
        this.sink = sink;
        this.discovered = discovered;
        this.missingTopics = missingTopics;
        this.pendingSeeds = pendingSeeds;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Seeds what has to be seeded; does nothing for topics that the group has read before. May be repeated.
     *
     * @return whether there is anything to consume; false while none of the topics exists
     * @throws RuntimeException when the cluster or the database does not answer, or the database is another group's
     */
    public boolean seed() {
        Deadline deadline = new Deadline(timeout);
        Topics topics = cluster.topics(properties.topics(), deadline);
        createdLater.addAll(topics.missing());
        missingTopics.sampled(topics.missing());
        if (topics.byName().isEmpty()) {
            return false;
        }
        properties.topics().stream()
                .filter(topic -> !topics.missing().contains(topic))
                .forEach(topics::log); // throws where a topic may not be described
        Map<PartitionId, LogId> partitions = topics.partitions();
        discovered.exist(topics);
        sink.requireSoleGroup(topics.clusterId(), properties.topics());
        Set<String> known = knownTopics(topics.clusterId(), partitions.keySet(), deadline);
        List<PartitionId> fresh = partitions.keySet().stream()
                .filter(id -> !known.contains(id.topic()) && !createdLater.contains(id.topic()))
                .toList();
        if (!fresh.isEmpty()) {
            Map<PartitionId, Position> seeds = new TreeMap<>();
            resolve(fresh, deadline)
                    .forEach((id, offset) -> seeds.put(
                            id,
                            new Position(
                                    topics.log(id.topic()),
                                    offset.offset(),
                                    offset.leaderEpoch().orElse(Position.NO_EPOCH))));
            commit(seeds, known.isEmpty() && sink.hasResults());
        }
        return true;
    }

    /** Topics that the group has a position in, committed or stored: it is not their first start. */
    private Set<String> knownTopics(String clusterId, Collection<PartitionId> partitions, Deadline deadline) {
        Set<String> known = new HashSet<>();
        cluster.committed(deadline).keySet().forEach(id -> known.add(id.topic()));
        sink.positions(clusterId, partitions).keySet().forEach(id -> known.add(id.topic()));
        return known;
    }

    private Map<PartitionId, ListOffsetsResultInfo> resolve(List<PartitionId> fresh, Deadline deadline) {
        Map<PartitionId, ListOffsetsResultInfo> offsets = new HashMap<>(cluster.offsets(fresh, spec(), deadline));
        List<PartitionId> afterLast = offsets.entrySet().stream()
                .filter(offset -> offset.getValue().offset() < 0)
                .map(Map.Entry::getKey)
                .toList();
        if (!afterLast.isEmpty()) {
            // No record is that recent: start with the next one.
            offsets.putAll(cluster.offsets(afterLast, OffsetSpec.latest(), deadline));
        }
        for (PartitionId id : fresh) {
            ListOffsetsResultInfo offset = offsets.get(id);
            if (offset == null || offset.offset() < 0) {
                // Without a seed, it would look new once the group has a position in its topic.
                throw new LeaderNotAvailableException("The leader of " + id + " does not tell where to start it");
            }
        }
        return offsets;
    }

    private OffsetSpec spec() {
        InitialPosition position = properties.initialPosition();
        if (position instanceof InitialPosition.Earliest) {
            return OffsetSpec.earliest();
        }
        if (position instanceof InitialPosition.Back back) {
            return OffsetSpec.forTimestamp(
                    clock.instant().minus(back.duration()).toEpochMilli());
        }
        if (position instanceof InitialPosition.At at) {
            return OffsetSpec.forTimestamp(at.instant().toEpochMilli());
        }
        return OffsetSpec.latest();
    }

    private void commit(Map<PartitionId, Position> seeds, boolean positionsLost) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        seeds.forEach((id, seed) -> offsets.put(
                Partitions.kafka(id),
                new OffsetAndMetadata(
                        seed.nextOffset(),
                        seed.leaderEpoch() == Position.NO_EPOCH ? Optional.empty() : Optional.of(seed.leaderEpoch()),
                        new CommitMetadata(seed.log(), true).text())));
        try {
            new Deadline(timeout)
                    .await(admin.alterConsumerGroupOffsets(groupId, offsets).all());
            announce(seeds.keySet().stream().map(PartitionId::topic).collect(Collectors.toSet()), positionsLost);
        } catch (UnknownMemberIdException
                | GroupNotEmptyException
                | StaleMemberEpochException
                | FencedMemberEpochException ex) {
            pinWhatOthersLeft(seeds);
        }
    }

    /**
     * Kafka can't distinguish a group that lost all its positions from a new group. The stored counts can, unless
     * several groups count into the same tables.
     */
    private void announce(Set<String> topics, boolean positionsLost) {
        String text = "no committed offset and no stored position in " + topics
                + ": taken for the first start of group " + groupId + " there, at " + properties.initialPosition();
        if (positionsLost) {
            text += ". But the sink holds counts already: if they are this group's, its positions are lost, and records"
                    + " will be skipped or counted twice; stop the service and set its offsets to where the counts end";
            log.warn("{}", text);
        } else {
            log.info("{}", text);
        }
        String detail = text;
        topics.forEach(topic -> events.addForTopic(EventType.FIRST_START, topic, detail));
    }

    /** The group is active: its members have pinned the topics they know; for the others, the partition's owner does it. */
    private void pinWhatOthersLeft(Map<PartitionId, Position> seeds) {
        Set<String> committed = cluster.committed(new Deadline(timeout)).keySet().stream()
                .map(PartitionId::topic)
                .collect(Collectors.toSet());
        Set<String> left = new TreeSet<>();
        seeds.forEach((id, seed) -> {
            if (!committed.contains(id.topic())) {
                pendingSeeds.pin(id, seed);
                left.add(id.topic());
            }
        });
        if (left.isEmpty()) {
            log.info("Group {} was started by another instance meanwhile; its positions are used", groupId);
        } else {
            log.info(
                    "Group {} is active and does not know {} yet: pinned at {} once the partitions are assigned",
                    groupId,
                    left,
                    properties.initialPosition());
        }
    }
}
