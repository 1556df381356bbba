package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AdminClientTestUtils;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MockAdminClient;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** Cluster that answers the admin client from memory, and not at all while a test has it down. */
public class FakeCluster extends MockAdminClient {

    public static final String GROUP = "group";

    private static final Node BROKER = new Node(0, "localhost", 1000);

    private final Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    private final Set<TopicPartition> leaderless = new HashSet<>();
    private final Set<TopicPartition> frozen = new HashSet<>();
    private final Map<String, RuntimeException> failures = new HashMap<>();
    private final Map<String, Integer> grown = new HashMap<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger topicQuestions = new AtomicInteger();
    private Set<TopicPartition> owned = Set.of();
    private GroupState state = GroupState.EMPTY;
    private boolean down;

    public FakeCluster() {
        super(List.of(BROKER), BROKER);
    }

    /** Creates the topic anew, with empty logs. */
    public synchronized void create(String topic, int partitions) {
        List<TopicPartitionInfo> infos = new ArrayList<>();
        for (int number = 0; number < partitions; number++) {
            infos.add(new TopicPartitionInfo(number, BROKER, List.of(BROKER), List.of(BROKER)));
            log(topic, number, 0, 0);
        }
        deleteTopics(List.of(topic));
        addTopic(false, topic, infos, Map.of(), true);
    }

    /** Adds partitions to the topic. */
    public synchronized void grow(String topic, int partitions) {
        log(topic, partitions - 1, 0, 0);
        grown.put(topic, partitions);
    }

    /** How often the group's members have been asked for. */
    public int looks() {
        return looks.get();
    }

    /** How often topics have been asked for. */
    public int topicQuestions() {
        return topicQuestions.get();
    }

    /** Answers questions about the topic with a failure. */
    public synchronized void forget(String topic, RuntimeException failure) {
        failures.put(topic, failure);
    }

    /** Takes the leader from a partition. */
    public synchronized void leaderless(String topic, int partition) {
        leaderless.add(new TopicPartition(topic, partition));
    }

    /** Has a partition's leader answer nothing any more, or answer again. */
    public synchronized void freeze(String topic, int partition, boolean isFrozen) {
        TopicPartition id = new TopicPartition(topic, partition);
        if (isFrozen) {
            frozen.add(id);
        } else {
            frozen.remove(id);
        }
    }

    /** Gives a log its extent. */
    public void log(String topic, int partition, long start, long end) {
        updateBeginningOffsets(Map.of(new TopicPartition(topic, partition), start));
        updateEndOffsets(Map.of(new TopicPartition(topic, partition), end));
    }

    /** Id of the topic's log as it is now. */
    public LogId logId(String topic) {
        return reader().topics(List.of(topic), new Deadline(PositionConfiguration.CLUSTER_TIMEOUT))
                .log(topic);
    }

    /** Has the group committed an offset. */
    public synchronized void commit(String topic, int partition, long offset, int epoch, String metadata) {
        commits.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset, Optional.of(epoch), metadata));
    }

    /** Leaves every question unanswered, or answers again. */
    public synchronized void down(boolean isDown) {
        down = isDown;
    }

    /** Sets what the group's only member owns. */
    public synchronized void group(GroupState newState, PartitionId... partitions) {
        state = newState;
        owned = Arrays.stream(partitions)
                .map(id -> new TopicPartition(id.topic(), id.partition()))
                .collect(Collectors.toSet());
    }

    /** Reader of this cluster. */
    public ClusterReader reader() {
        return new ClusterReader(this, GROUP, System::nanoTime);
    }

    @Override
    public synchronized DescribeClusterResult describeCluster(DescribeClusterOptions options) {
        if (down) {
            timeoutNextRequest(1);
        }
        return super.describeCluster(options);
    }

    @Override
    public synchronized DescribeTopicsResult describeTopics(TopicCollection topics, DescribeTopicsOptions options) {
        topicQuestions.incrementAndGet();
        Map<String, KafkaFuture<TopicDescription>> answers = new HashMap<>();
        super.describeTopics(topics, options)
                .topicNameValues()
                .forEach((name, answer) -> answers.put(name, answer.thenApply(this::asItIs)));
        failures.forEach((name, failure) -> answers.replace(name, failed(failure)));
        return new DescribeTopicsResult(null, answers) {};
    }

    private static <T> KafkaFuture<T> failed(RuntimeException failure) {
        KafkaFutureImpl<T> future = new KafkaFutureImpl<>();
        future.completeExceptionally(failure);
        return future;
    }

    private TopicDescription asItIs(TopicDescription topic) {
        List<TopicPartitionInfo> partitions = new ArrayList<>();
        int count = grown.getOrDefault(topic.name(), topic.partitions().size());
        for (int number = 0; number < count; number++) {
            boolean led = !leaderless.contains(new TopicPartition(topic.name(), number));
            partitions.add(new TopicPartitionInfo(number, led ? BROKER : Node.noNode(), List.of(BROKER), List.of()));
        }
        return new TopicDescription(topic.name(), false, partitions, Set.of(), topic.topicId());
    }

    @Override
    public synchronized ListOffsetsResult listOffsets(
            Map<TopicPartition, OffsetSpec> query, ListOffsetsOptions options) {
        if (down) {
            throw new TimeoutException("no answer");
        }
        Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> answers = new HashMap<>();
        ListOffsetsResult known = super.listOffsets(query, options);
        query.keySet()
                .forEach(id ->
                        answers.put(id, frozen.contains(id) ? new KafkaFutureImpl<>() : known.partitionResult(id)));
        return new ListOffsetsResult(answers);
    }

    @Override
    public synchronized ListConsumerGroupOffsetsResult listConsumerGroupOffsets(
            Map<String, ListConsumerGroupOffsetsSpec> groups, ListConsumerGroupOffsetsOptions options) {
        return AdminClientTestUtils.listConsumerGroupOffsetsResult(Map.of(GROUP, Map.copyOf(commits)));
    }

    @Override
    public synchronized DescribeConsumerGroupsResult describeConsumerGroups(
            Collection<String> groups, DescribeConsumerGroupsOptions options) {
        looks.incrementAndGet();
        MemberDescription member = new MemberDescription(
                "member",
                Optional.empty(),
                Optional.empty(),
                "client",
                "/127.0.0.1",
                new MemberAssignment(owned),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        ConsumerGroupDescription group = new ConsumerGroupDescription(
                GROUP,
                false,
                List.of(member),
                "range",
                GroupType.CLASSIC,
                state,
                BROKER,
                Set.of(),
                Optional.empty(),
                Optional.empty());
        return new DescribeConsumerGroupsResult(Map.of(GROUP, KafkaFuture.completedFuture(group)));
    }

    /** The first partitions of a topic. */
    public static PartitionId[] partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new PartitionId(topic, number))
                .toArray(PartitionId[]::new);
    }
}
