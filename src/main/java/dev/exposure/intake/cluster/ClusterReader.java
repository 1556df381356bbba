package dev.exposure.intake.cluster;

import dev.exposure.intake.cluster.TopicIds.FormerTopicIdException;
import dev.exposure.intake.outage.MissingTopicException;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the cluster about topics, logs, the group and its commits.
 *
 * <p>Answers come by topic or by partition. One without an answer, because its leader does not respond for instance, is
 * left out and does not affect the others. All methods throw a {@link KafkaException} when there is no answer at all by the
 * deadline. Thread-safe.
 */
public final class ClusterReader {

    private final Admin admin;
    private final String groupId;
    private final TopicIds topicIds;

    /**
     * Reader for one group.
     *
     * @param nanoTime monotonic time, in nanoseconds
     */
    public ClusterReader(Admin admin, String groupId, LongSupplier nanoTime) {
        this.admin = admin;
        this.groupId = groupId;
        this.topicIds = new TopicIds(nanoTime);
    }

    /** Topics of these names. */
    public Topics topics(Collection<String> names, Deadline deadline) {
        KafkaFuture<String> clusterId = admin.describeCluster().clusterId();
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        names, new DescribeTopicsOptions().timeoutMs(deadline.remainingMillis()))
                .topicNameValues();
        Map<String, Topics.Topic> found = new HashMap<>();
        Map<String, KafkaException> failures = new HashMap<>();
        answers.forEach((name, answer) -> {
            try {
                TopicDescription topic = deadline.await(answer);
                topicIds.told(name, topic.topicId());
                found.put(name, topic(topic));
            } catch (UnknownTopicOrPartitionException ex) {
                failures.put(name, new MissingTopicException(name));
            } catch (InvalidTopicException | TopicAuthorizationException | FormerTopicIdException ex) {
                failures.put(name, ex);
            }
        });
        return new Topics(deadline.await(clusterId), found, failures);
    }

    private static Topics.Topic topic(TopicDescription topic) {
        return new Topics.Topic(
                topic.topicId(),
                topic.partitions().size(),
                topic.partitions().stream()
                        .filter(info -> info.leader() != null && !info.leader().isEmpty())
                        .map(TopicPartitionInfo::partition)
                        .collect(Collectors.toSet()));
    }

    /** The group; it has no members if nobody has joined it yet. */
    public GroupDescription group(Deadline deadline) {
        try {
            var answers = admin.describeConsumerGroups(
                            List.of(groupId), new DescribeConsumerGroupsOptions().timeoutMs(deadline.remainingMillis()))
                    .describedGroups();
            return GroupDescription.of(deadline.await(Objects.requireNonNull(answers.get(groupId))));
        } catch (GroupIdNotFoundException ex) {
            return GroupDescription.NONE; // brokers before 4.0 describe such a group as dead instead
        }
    }

    /** Offsets that the group has committed; partitions without one are left out. */
    public Map<PartitionId, CommittedOffset> committed(Deadline deadline) {
        return commits(deadline.await(admin.listConsumerGroupOffsets(
                        groupId, new ListConsumerGroupOffsetsOptions().timeoutMs(deadline.remainingMillis()))
                .partitionsToOffsetAndMetadata()));
    }

    /**
     * Offsets that the group has committed for these partitions, once no open transaction can change them; partitions without
     * a commit are left out.
     *
     * @throws TimeoutException while there is such a transaction
     */
    public Map<PartitionId, CommittedOffset> stableCommitted(Collection<PartitionId> partitions, Deadline deadline) {
        Set<TopicPartition> asked = partitions.stream().map(Partitions::kafka).collect(Collectors.toSet());
        Map<TopicPartition, OffsetAndMetadata> answer = deadline.await(admin.listConsumerGroupOffsets(
                        Map.of(groupId, new ListConsumerGroupOffsetsSpec().topicPartitions(asked)),
                        new ListConsumerGroupOffsetsOptions()
                                .requireStable(true)
                                .timeoutMs(deadline.remainingMillis()))
                .partitionsToOffsetAndMetadata(groupId));
        // A partition without a commit is in the answer with a null. One with an open transaction is missing from it.
        if (!answer.keySet().containsAll(asked)) {
            throw new TimeoutException("A transaction that commits offsets of this group is still open");
        }
        return commits(answer);
    }

    private static Map<PartitionId, CommittedOffset> commits(Map<TopicPartition, OffsetAndMetadata> answer) {
        Map<PartitionId, CommittedOffset> committed = new HashMap<>();
        answer.forEach((partition, offset) -> {
            // A null value is Kafka's way to say that there is no commit.
            if (offset != null) {
                committed.put(
                        Partitions.id(partition),
                        new CommittedOffset(
                                offset.offset(),
                                offset.leaderEpoch().orElse(Position.NO_EPOCH),
                                CommitMetadata.parse(offset.metadata())));
            }
        });
        return committed;
    }

    /**
     * Offset that the specification gives for each of the partitions; -1 where a timestamp lies after the last record.
     * Partitions whose leader does not answer are left out, unless none answers.
     */
    public Map<PartitionId, ListOffsetsResultInfo> offsets(
            Collection<PartitionId> partitions, OffsetSpec spec, Deadline deadline) {
        return await(partitions, ask(partitions, spec, IsolationLevel.READ_UNCOMMITTED, deadline), deadline);
    }

    /**
     * Where the logs of the partitions begin and end for a consumer of this isolation level. Partitions whose leader does
     * not answer are left out, unless none answers.
     */
    public Map<PartitionId, LogRange> logs(
            Collection<PartitionId> partitions, IsolationLevel isolation, Deadline deadline) {
        boolean committedOnly = isolation == IsolationLevel.READ_COMMITTED;
        Deadline first = committedOnly ? deadline.half() : deadline;
        ListOffsetsResult startAnswers = ask(partitions, OffsetSpec.earliest(), isolation, first);
        ListOffsetsResult endAnswers = ask(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED, first);
        Map<PartitionId, ListOffsetsResultInfo> starts = await(partitions, startAnswers, first);
        Map<PartitionId, ListOffsetsResultInfo> ends = await(partitions, endAnswers, first);
        starts.keySet().retainAll(ends.keySet());
        // Asked after the end of the log; in the other order, records written in between would seem to be held back.
        Map<PartitionId, ListOffsetsResultInfo> readable = committedOnly
                ? await(starts.keySet(), ask(starts.keySet(), OffsetSpec.latest(), isolation, deadline), deadline)
                : ends;
        Map<PartitionId, LogRange> ranges = new HashMap<>();
        readable.forEach((id, info) -> {
            ListOffsetsResultInfo start = starts.get(id);
            ListOffsetsResultInfo end = ends.get(id);
            if (start != null && end != null) {
                ranges.put(id, range(start.offset(), info, end.offset()));
            }
        });
        return ranges;
    }

    private static LogRange range(long start, ListOffsetsResultInfo readable, long end) {
        // The log may have been cleared between the two questions.
        long readableEnd = Math.max(start, readable.offset());
        return new LogRange(
                start,
                readableEnd,
                Math.max(0, end - readableEnd),
                readable.leaderEpoch().orElse(null));
    }

    private ListOffsetsResult ask(
            Collection<PartitionId> partitions, OffsetSpec spec, IsolationLevel isolation, Deadline deadline) {
        return admin.listOffsets(
                partitions.stream().collect(Collectors.toMap(Partitions::kafka, partition -> spec)),
                new ListOffsetsOptions(isolation).timeoutMs(deadline.remainingMillis()));
    }

    private static Map<PartitionId, ListOffsetsResultInfo> await(
            Collection<PartitionId> partitions, ListOffsetsResult answers, Deadline deadline) {
        Map<PartitionId, ListOffsetsResultInfo> found = new HashMap<>();
        KafkaException failure = null;
        for (PartitionId id : partitions) {
            try {
                found.put(id, deadline.await(answers.partitionResult(Partitions.kafka(id))));
            } catch (InterruptException ex) {
                throw ex;
            } catch (KafkaException ex) {
                failure = ex;
            }
        }
        if (found.isEmpty() && failure != null) {
            throw failure;
        }
        return found;
    }
}
