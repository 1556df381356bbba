package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.cluster.Topics;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Gathers the facts for deciding where partitions start, from the database and from the cluster. */
final class StartFactsReader {

    private final ClusterReader cluster;
    private final Delivery sink;
    private final PendingSeeds pendingSeeds;
    private final DiscoveredPartitions discovered;

    StartFactsReader(ClusterReader cluster, Delivery sink, PendingSeeds pendingSeeds, DiscoveredPartitions discovered) {
        this.cluster = cluster;
        this.sink = sink;
        this.pendingSeeds = pendingSeeds;
        this.discovered = discovered;
    }

    /**
     * What was found out.
     *
     * @param asked partitions that were asked about
     * @param topics their topics, as they are now
     * @param facts facts of each partition whose leader has answered
     */
    record Found(Set<PartitionId> asked, Topics topics, Map<PartitionId, StartFacts> facts) {

        /** Where each partition starts, if its leader has answered. */
        Map<PartitionId, Decision> decisions(Assignment assignment) {
            Map<PartitionId, Decision> decisions = new TreeMap<>();
            facts.forEach((id, fact) -> {
                long processed = fact.processedUpTo(assignment.find(id));
                Position stored = fact.stored();
                boolean wentBack = stored != null && processed > stored.nextOffset();
                decisions.put(id, new Decision(fact, StartRule.decide(fact), wentBack ? processed : null));
            });
            return decisions;
        }

        /** Partitions that are gone: their topic was created again with fewer. The next rebalance takes them away. */
        Set<PartitionId> gone(Assignment assignment) {
            Set<PartitionId> gone = new TreeSet<>();
            for (PartitionId id : asked) {
                OwnedPartition owned = assignment.find(id);
                LogId before = owned == null ? null : owned.log();
                boolean recreated = before != null
                        && topics.byName().containsKey(id.topic())
                        && !topics.log(id.topic()).equals(before);
                if (recreated && !topics.has(id)) {
                    gone.add(id);
                }
            }
            return gone;
        }
    }

    /**
     * A start, and the facts that decided it.
     *
     * @param wentBackFrom offset up to which the partition was processed, where the stored position is behind it; else null
     */
    record Decision(StartFacts facts, Start start, @Nullable Long wentBackFrom) {

        Optional<PositionChange> change(PartitionId id) {
            return Optional.ofNullable(facts.toStore(id, start));
        }
    }

    /**
     * Facts for the partitions whose leaders answer in time. Partitions without a leader, or unknown to the cluster,
     * are not asked about: waiting for them would use up the time of the others.
     *
     * @param timeout longest wait for the cluster
     * @throws RuntimeException when the database or the whole cluster does not answer: a start decided on half of the facts
     *     may skip records
     */
    Found gather(Collection<PartitionId> partitions, Duration timeout) {
        Deadline deadline = new Deadline(timeout);
        Topics topics = cluster.topics(
                partitions.stream().map(PartitionId::topic).distinct().toList(), deadline);
        Map<PartitionId, Position> stored = sink.positions(topics.clusterId(), partitions);
        List<PartitionId> led = partitions.stream().filter(topics::hasLeader).toList();
        Map<PartitionId, CommittedOffset> committed = cluster.committed(deadline);
        Map<PartitionId, StartFacts> facts = new TreeMap<>();
        logs(led, deadline).forEach((id, range) -> {
            LogId log = topics.log(id.topic());
            facts.put(
                    id,
                    new StartFacts(
                            stored.get(id),
                            committed.get(id),
                            pendingSeeds.find(id, log),
                            log,
                            range,
                            discovered.wasAdded(id, log)));
        });
        return new Found(Set.copyOf(partitions), topics, facts);
    }

    private Map<PartitionId, LogRange> logs(List<PartitionId> led, Deadline deadline) {
        try {
            return cluster.logs(led, IsolationLevel.READ_UNCOMMITTED, deadline);
        } catch (TimeoutException ex) {
            return Map.of(); // the cluster has answered, but none of these leaders
        }
    }
}
