package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Gathers the facts that the start of partitions is decided by, from the sink and from the cluster. */
final class StartFactsReader {

    private final ClusterReader cluster;
    private final Delivery sink;
    private final PendingSeeds pendingSeeds;

    StartFactsReader(ClusterReader cluster, Delivery sink, PendingSeeds pendingSeeds) {
        this.cluster = cluster;
        this.sink = sink;
        this.pendingSeeds = pendingSeeds;
    }

    /**
     * Facts for each of the partitions that has a leader; without one, nobody knows where its log begins and ends, and
     * asking would use up the time of the others.
     *
     * @throws RuntimeException when the sink or the cluster does not answer: a start decided on half of the facts may skip
     *     records
     */
    Map<PartitionId, StartFacts> gather(Collection<PartitionId> partitions) {
        ClusterReader.Topics topics = cluster.topics(
                partitions.stream().map(PartitionId::topic).distinct().toList());
        List<TopicPartition> query = partitions.stream()
                .filter(topics::hasLeader)
                .map(id -> new TopicPartition(id.topic(), id.partition()))
                .toList();
        Map<PartitionId, Position> stored = query.isEmpty()
                ? Map.of()
                : sink.positions(topics.log(query.get(0).topic()).clusterId(), partitions);
        Map<TopicPartition, CommittedOffset> committed = cluster.committed();
        // Start before end: the log grows at its end while we look, so the other order could show an end below the
        // start.
        Map<TopicPartition, Long> starts = cluster.offsets(query, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = cluster.offsets(query, OffsetSpec.latest());
        Map<PartitionId, StartFacts> facts = new TreeMap<>();
        for (TopicPartition partition : query) {
            PartitionId id = new PartitionId(partition.topic(), partition.partition());
            Long start = starts.get(partition);
            Long end = ends.get(partition);
            if (start == null || end == null) {
                continue; // not answered for; stays undecided
            }
            facts.put(
                    id,
                    new StartFacts(
                            stored.get(id),
                            committed.get(partition),
                            pendingSeeds.find(id, topics.log(id.topic())),
                            topics.log(id.topic()),
                            start,
                            end));
        }
        return facts;
    }
}
