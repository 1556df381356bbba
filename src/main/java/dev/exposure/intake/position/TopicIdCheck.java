package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.cluster.MetadataUpdates;
import dev.exposure.intake.cluster.Topics;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds partitions whose topic was deleted and created again since they were started.
 *
 * <p>A consumer keeps its position by the topic's name, so it may continue at that position in the new log, and no
 * record tells which log it is from. So the cluster is asked for the topic's id after records were fetched and before
 * they are processed. An answer holds until a consumer of this instance updates its metadata: until then all records
 * are fetched by the same topic ids. Used by all consumer threads.
 */
public final class TopicIdCheck {

    private final ClusterReader cluster;
    private final Duration timeout;
    private final Assignment assignment;
    private final MetadataUpdates updates;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(String topicId, long updates) {}

    TopicIdCheck(ClusterReader cluster, Duration timeout, Assignment assignment, MetadataUpdates updates) {
        this.cluster = cluster;
        this.timeout = timeout;
        this.assignment = assignment;
        this.updates = updates;
    }

    /**
     * The partitions whose topic was created again. A topic that does not exist now does not count: its records come
     * from the deleted log.
     *
     * @param partitions partitions that records were fetched from, before this call
     * @throws RuntimeException when the cluster does not answer in time; no record may be processed then
     */
    public Set<PartitionId> changed(Collection<PartitionId> partitions) {
        ask(partitions);
        Set<PartitionId> changed = new TreeSet<>();
        for (PartitionId id : partitions) {
            LogId log = log(id);
            Answer answer = answers.get(id.topic());
            if (log != null && answer != null && !answer.topicId().equals(log.topicId())) {
                changed.add(id);
            }
        }
        return changed;
    }

    private void ask(Collection<PartitionId> partitions) {
        long known = updates.count(); // read first: an update that comes while we ask makes the answer too old
        Set<String> topics = new TreeSet<>();
        for (PartitionId id : partitions) {
            Answer answer = answers.get(id.topic());
            if (log(id) != null && (answer == null || answer.updates() < known || !updates.areReliable())) {
                topics.add(id.topic());
            }
        }
        if (topics.isEmpty()) {
            return;
        }
        Topics found = cluster.topics(topics, new Deadline(timeout));
        topics.forEach(topic -> {
            if (found.missing().contains(topic)) {
                answers.remove(topic);
            } else {
                Answer answer = new Answer(found.log(topic).topicId(), known);
                answers.merge(topic, answer, (before, now) -> before.updates() > now.updates() ? before : now);
            }
        });
    }

    private @Nullable LogId log(PartitionId id) {
        OwnedPartition owned = assignment.find(id);
        return owned == null ? null : owned.log();
    }
}
