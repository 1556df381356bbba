package dev.exposure.intake.position;

import dev.exposure.intake.sink.ExposureSink;
import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.sink.StoredPosition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Gathers the facts that the start of partitions is decided by, from the sink and from the cluster. */
final class FactFinder {

    private final ClusterReader cluster;
    private final ExposureSink sink;
    private final InitialPins pins;

    FactFinder(ClusterReader cluster, ExposureSink sink, InitialPins pins) {
        this.cluster = cluster;
        this.sink = sink;
        this.pins = pins;
    }

    /**
     * Facts for each of the partitions that has a leader; without one, nobody knows where its log begins and ends, and
     * asking would use up the time of the others.
     *
     * @throws RuntimeException when the sink or the cluster does not answer: a start decided on half of the facts may skip
     *     records
     */
    Map<PartitionId, StartFacts> gather(Collection<PartitionId> partitions) {
        Map<PartitionId, StoredPosition> stored = sink.positions(partitions);
        ClusterReader.Topics topics = cluster.topics(
                partitions.stream().map(PartitionId::topic).distinct().toList());
        List<TopicPartition> query = partitions.stream()
                .filter(topics::hasLeader)
                .map(id -> new TopicPartition(id.topic(), id.partition()))
                .toList();
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
                            pins.find(id, topics.log(id.topic())),
                            topics.log(id.topic()),
                            start,
                            end));
        }
        return facts;
    }
}
