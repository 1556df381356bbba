package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.partition.InitialPosition;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pins the group's first start: the initial position is resolved once and committed for every partition that exists, before
 * the first consumer joins. From then on a partition without a position can only be one that was added later.
 *
 * <p>The broker accepts these commits only while the group is empty. That is the guard when several instances start at
 * once: whoever comes too late is refused, looks again, and finds the positions of the others.
 */
public final class GroupSeeder {

    private static final Logger log = LoggerFactory.getLogger(GroupSeeder.class);

    private final Admin admin;
    private final ClusterReader cluster;
    private final String groupId;
    private final IntakeProperties properties;
    private final Delivery sink;
    private final DiscoveredPartitions discovered;
    private final PendingSeeds pendingSeeds;
    private final EventLog events;
    private final Clock clock;

    GroupSeeder(
            Admin admin,
            ClusterReader cluster,
            String groupId,
            IntakeProperties properties,
            Delivery sink,
            DiscoveredPartitions discovered,
            PendingSeeds pendingSeeds,
            EventLog events,
            Clock clock) {
        this.admin = admin;
        this.cluster = cluster;
        this.groupId = groupId;
        this.properties = properties;
        this.sink = sink;
        this.discovered = discovered;
        this.pendingSeeds = pendingSeeds;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Seeds what has to be seeded; does nothing for topics that the group has read before. May be repeated.
     *
     * @throws RuntimeException when the cluster or the sink does not answer, a topic does not exist, or the database is another
     *     group's
     */
    public void seed() {
        ClusterReader.Topics topics = cluster.topics(properties.topics());
        properties.topics().forEach(topics::log); // complains about a missing one
        Map<PartitionId, LogId> partitions = topics.partitions();
        discovered.inventory(partitions.keySet());
        String clusterId = topics.log(properties.topics().get(0)).clusterId();
        sink.requireSoleGroup(clusterId, properties.topics());
        Set<String> known = knownTopics(clusterId, partitions.keySet());
        Map<TopicPartition, OffsetAndMetadata> seeds = new HashMap<>();
        resolve(partitions, known)
                .forEach((partition, offset) -> seeds.put(
                        partition,
                        new OffsetAndMetadata(offset, new CommitMetadata(topics.log(partition.topic()), true).text())));
        if (!seeds.isEmpty()) {
            commit(seeds, topics, known.isEmpty() && sink.hasResults());
        }
    }

    /** Topics that the group has a position in, committed or stored: it is not their first start. */
    private Set<String> knownTopics(String clusterId, Collection<PartitionId> partitions) {
        Set<String> known = new HashSet<>();
        cluster.committed().keySet().forEach(partition -> known.add(partition.topic()));
        sink.positions(clusterId, partitions).keySet().forEach(id -> known.add(id.topic()));
        return known;
    }

    private Map<TopicPartition, Long> resolve(Map<PartitionId, LogId> partitions, Set<String> known) {
        List<TopicPartition> fresh = partitions.keySet().stream()
                .filter(id -> !known.contains(id.topic()))
                .map(id -> new TopicPartition(id.topic(), id.partition()))
                .toList();
        if (fresh.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, Long> offsets = new HashMap<>(cluster.offsets(fresh, spec()));
        List<TopicPartition> afterLast = fresh.stream()
                .filter(partition -> offsets.getOrDefault(partition, -1L) < 0)
                .toList();
        if (!afterLast.isEmpty()) {
            // No record is that young: start with the next one.
            offsets.putAll(cluster.offsets(afterLast, OffsetSpec.latest()));
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

    private void commit(
            Map<TopicPartition, OffsetAndMetadata> seeds, ClusterReader.Topics found, boolean positionsLost) {
        Set<String> topics = seeds.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        try {
            cluster.await(admin.alterConsumerGroupOffsets(groupId, seeds).all());
            announce(topics, positionsLost);
        } catch (UnknownMemberIdException
                | GroupNotEmptyException
                | StaleMemberEpochException
                | FencedMemberEpochException ex) {
            pinWhatOthersLeft(seeds, found);
        }
    }

    /**
     * A group whose positions are all lost can't be told from one that never was by what Kafka knows. What was counted
     * tells it, unless several groups count into the same tables.
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

    /** The group is active: its members have pinned their topics already; what they don't know is pinned by its owner. */
    private void pinWhatOthersLeft(Map<TopicPartition, OffsetAndMetadata> seeds, ClusterReader.Topics found) {
        Set<String> committed =
                cluster.committed().keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        Set<String> left = new HashSet<>();
        seeds.forEach((partition, seed) -> {
            if (!committed.contains(partition.topic())) {
                pendingSeeds.pin(
                        new PartitionId(partition.topic(), partition.partition()),
                        found.log(partition.topic()),
                        seed.offset());
                left.add(partition.topic());
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
