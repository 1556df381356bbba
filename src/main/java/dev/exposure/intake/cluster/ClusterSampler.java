package dev.exposure.intake.cluster;

import dev.exposure.intake.outage.FailureText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the cluster for all that one sample is made of: first about the group and its topics, then about the logs. */
public final class ClusterSampler {

    private final Admin admin;
    private final String groupId;
    private final Set<String> topics;
    private final LogReader logs;
    private final Duration timeout;
    private final Clock clock;
    private final PartitionOwners owners = new PartitionOwners();

    public ClusterSampler(
            Admin admin,
            String groupId,
            Collection<String> topics,
            IsolationLevel isolation,
            Duration timeout,
            Clock clock) {
        this.admin = admin;
        this.groupId = groupId;
        this.topics = Set.copyOf(topics);
        this.logs = new LogReader(admin, isolation);
        this.timeout = timeout;
        this.clock = clock;
    }

    /** Reads everything within the timeout, or throws what went wrong. */
    public ClusterSample read() throws InterruptedException {
        Deadline deadline = new Deadline(timeout);
        int millis = deadline.remainingMillis();
        var offsets = admin.listConsumerGroupOffsets(groupId, new ListConsumerGroupOffsetsOptions().timeoutMs(millis))
                .partitionsToOffsetAndMetadata();
        var group = admin.describeConsumerGroups(
                        List.of(groupId), new DescribeConsumerGroupsOptions().timeoutMs(millis))
                .all();
        var descriptions = admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(millis))
                .topicNameValues();

        Map<String, String> problems = new TreeMap<>();
        List<TopicDescription> described = existing(descriptions, deadline, problems);
        owners.update(await(group, deadline).get(groupId));
        // The commits must be there before the log ends are asked for: the other way round, what is written and
        // committed in between would be a commit beyond the end.
        Map<TopicPartition, OffsetAndMetadata> committed = deadline.await(offsets);
        Instant at = clock.instant();
        Map<TopicPartition, LogRange> ranges = logs.read(led(described), deadline);
        List<PartitionSample> partitions = described.stream()
                .flatMap(topic -> partitions(topic, committed, ranges))
                .toList();
        noteSilent(partitions, problems);
        return new ClusterSample(at, partitions, problems);
    }

    /** Topics that can be described; one that is missing or forbidden must not hide the others. */
    private static List<TopicDescription> existing(
            Map<String, KafkaFuture<TopicDescription>> answers, Deadline deadline, Map<String, String> problems)
            throws InterruptedException {
        List<TopicDescription> described = new ArrayList<>();
        for (var answer : answers.entrySet()) {
            try {
                described.add(deadline.await(answer.getValue()));
            } catch (UnknownTopicOrPartitionException | InvalidTopicException | TopicAuthorizationException ex) {
                problems.put("topic " + answer.getKey(), FailureText.of(ex));
            }
        }
        return described;
    }

    private static Map<String, ConsumerGroupDescription> await(
            KafkaFuture<Map<String, ConsumerGroupDescription>> group, Deadline deadline) throws InterruptedException {
        try {
            return deadline.await(group);
        } catch (GroupIdNotFoundException ex) {
            // Nobody has joined yet. Brokers before 4.0 describe such a group as dead instead.
            return Map.of();
        }
    }

    /** Partitions that have a leader; asking for the others would use up the whole timeout. */
    private static List<TopicPartition> led(List<TopicDescription> topics) {
        return topics.stream()
                .flatMap(topic -> topic.partitions().stream()
                        .filter(info -> info.leader() != null && !info.leader().isEmpty())
                        .map(info -> new TopicPartition(topic.name(), info.partition())))
                .toList();
    }

    private Stream<PartitionSample> partitions(
            TopicDescription topic,
            Map<TopicPartition, OffsetAndMetadata> committed,
            Map<TopicPartition, LogRange> ranges) {
        return topic.partitions().stream().map(info -> {
            var key = new TopicIdPartition(topic.topicId(), info.partition(), topic.name());
            OffsetAndMetadata commit = committed.get(key.topicPartition());
            return new PartitionSample(
                    key,
                    owners.of(key.topicPartition()),
                    commit == null ? null : commit.offset(),
                    ranges.get(key.topicPartition()));
        });
    }

    private static void noteSilent(List<PartitionSample> partitions, Map<String, String> problems) {
        partitions.stream()
                .filter(partition -> partition.log() == null)
                .collect(Collectors.groupingBy(
                        partition -> partition.key().topic(),
                        Collectors.mapping(partition -> partition.key().partition(), Collectors.toList())))
                .forEach((topic, silent) ->
                        problems.put("partitions of topic " + topic, "no leader answered for " + silent));
    }
}
