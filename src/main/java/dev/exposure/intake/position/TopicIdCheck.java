package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.partition.PartitionId;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Makes sure that polled records come from the log that their partition was started in.
 *
 * <p>When a topic is deleted and created again, a consumer may go on in the new log at its position in the old one: the
 * client keeps positions by name, and nothing in a record tells its log. So the cluster is asked for the topic's id after
 * the records were fetched and before they are processed; the answer travels while they are decoded.
 */
public final class TopicIdCheck {

    private final ClusterReader cluster;
    private final Assignment assignment;

    TopicIdCheck(ClusterReader cluster, Assignment assignment) {
        this.cluster = cluster;
        this.assignment = assignment;
    }

    /** A question that is under way. */
    public final class Question {

        private final Set<PartitionId> partitions;
        private final ClusterReader.TopicQuestion question;

        private Question(Set<PartitionId> partitions, ClusterReader.TopicQuestion question) {
            this.partitions = partitions;
            this.question = question;
        }

        /**
         * Waits for the answer.
         *
         * @return those of the partitions whose topic was created again since they were started; none for a topic that does
         *     not exist at the moment, as its records can only be of the log that was
         * @throws RuntimeException when the cluster does not answer in time; nothing may be processed then
         */
        public Set<PartitionId> changed() {
            Map<String, TopicDescription> topics = question.answer();
            Set<PartitionId> changed = new TreeSet<>();
            for (PartitionId id : partitions) {
                OwnedPartition owned = assignment.find(id);
                TopicDescription topic = topics.get(id.topic());
                if (owned != null
                        && owned.log() != null
                        && topic != null
                        && !owned.log().topicId().equals(topic.topicId().toString())) {
                    changed.add(id);
                }
            }
            return changed;
        }
    }

    /** Asks whether the partitions' topics are still those that they were; returns at once. */
    public Question ask(Collection<PartitionId> partitions) {
        Set<PartitionId> ids = Set.copyOf(partitions);
        return new Question(
                ids, cluster.ask(ids.stream().map(PartitionId::topic).collect(Collectors.toSet())));
    }
}
