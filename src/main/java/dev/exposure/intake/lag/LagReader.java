package dev.exposure.intake.lag;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.ClusterSample;
import dev.exposure.intake.cluster.ClusterSampler;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.cluster.Topics;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.MissingTopicException;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.OwnedPartition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/** Reads the data for one lag sample: commits and logs, with topics and group from the last cluster sample. */
final class LagReader {

    private final ClusterSampler sampler;
    private final ClusterReader cluster;
    private final IsolationLevel isolation;
    private final Supplier<List<OwnedPartition>> owned;
    private final Duration timeout;
    private final Duration interval;
    private final Clock clock;

    /**
     * Reader of the group's lag.
     *
     * @param owned partitions of this instance; their positions are more exact than their commits
     * @param timeout longest wait for commits and logs
     * @param interval how old topics and group may be
     */
    LagReader(
            ClusterSampler sampler,
            ClusterReader cluster,
            IsolationLevel isolation,
            Supplier<List<OwnedPartition>> owned,
            Duration timeout,
            Duration interval,
            Clock clock) {
        this.sampler = sampler;
        this.cluster = cluster;
        this.isolation = isolation;
        this.owned = owned;
        this.timeout = timeout;
        this.interval = interval;
        this.clock = clock;
    }

    /** Reads everything, or throws what went wrong. */
    LagReading read() {
        ClusterSample sample = sampler.notOlderThan(interval);
        Topics topics = sample.topics();
        Map<PartitionId, LogId> all = topics.partitions();
        Deadline deadline = new Deadline(timeout);
        // Commits and positions are read before the log ends: otherwise a record that is written and processed in
        // between would put the position beyond the end.
        Map<PartitionId, CommittedOffset> committed = cluster.committed(deadline);
        Map<PartitionId, Long> processed = processed(all);
        Instant at = clock.instant();
        long nanos = System.nanoTime();
        Map<PartitionId, LogRange> logs =
                cluster.logs(all.keySet().stream().filter(topics::hasLeader).toList(), isolation, deadline);
        List<PartitionSample> partitions = new ArrayList<>();
        all.forEach((id, log) -> {
            CommittedOffset commit = committed.get(id);
            partitions.add(new PartitionSample(
                    new TopicIdPartition(Uuid.fromString(log.topicId()), id.partition(), id.topic()),
                    sample.owners().get(id),
                    commit == null ? null : commit.offset(),
                    processed.get(id),
                    logs.get(id)));
        });
        return new LagReading(at, nanos, partitions, problems(topics, partitions));
    }

    private Map<PartitionId, Long> processed(Map<PartitionId, LogId> logs) {
        Map<PartitionId, Long> processed = new HashMap<>();
        for (OwnedPartition partition : owned.get()) {
            Long position = partition.position();
            LogId log = partition.log();
            if (position != null && log != null && log.equals(logs.get(partition.id()))) {
                processed.put(partition.id(), position);
            }
        }
        return processed;
    }

    private static Map<String, String> problems(Topics topics, List<PartitionSample> partitions) {
        Map<String, String> problems = new TreeMap<>();
        topics.failures()
                .forEach((topic, failure) -> problems.put(
                        "topic " + topic,
                        failure instanceof MissingTopicException ? "does not exist" : FailureText.of(failure)));
        numbers(partitions, partition -> partition.log() == null)
                .forEach((topic, silent) ->
                        problems.put("partitions of topic " + topic, "no leader answered for " + silent));
        numbers(partitions, PartitionSample::isCommitBeyondEnd)
                .forEach((topic, beyond) -> problems.put(
                        "usable commits of topic " + topic,
                        "offsets beyond the log's end are committed for " + beyond));
        return problems;
    }

    private static Map<String, List<Integer>> numbers(
            List<PartitionSample> partitions, Predicate<PartitionSample> wanted) {
        return partitions.stream()
                .filter(wanted)
                .collect(Collectors.groupingBy(
                        partition -> partition.key().topic(),
                        Collectors.mapping(partition -> partition.key().partition(), Collectors.toList())));
    }
}
