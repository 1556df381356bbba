package dev.exposure.intake.cluster;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads from the cluster what positions depend on, each call bounded in time. Safe for use by several threads.
 *
 * <p>All methods throw a {@link KafkaException} when the cluster does not answer in time or refuses.
 */
public final class ClusterReader {

    /** Topics that exist, and the id of the cluster. */
    public record Topics(String clusterId, Map<String, TopicDescription> byName) {

        private static final TopicDescription NONE = new TopicDescription("", false, List.of());

        public LogId log(String topic) {
            TopicDescription description = byName.get(topic);
            if (description == null) {
                throw new MissingTopicException(topic);
            }
            return new LogId(clusterId, description.topicId().toString());
        }

        /**
         * Whether the partition can be asked about; one that this broker has not heard of yet may have a leader all the
         * same.
         */
        public boolean hasLeader(PartitionId id) {
            return byName.getOrDefault(id.topic(), NONE).partitions().stream()
                    .filter(info -> info.partition() == id.partition())
                    .allMatch(info -> info.leader() != null && !info.leader().isEmpty());
        }

        public Map<PartitionId, LogId> partitions() {
            Map<PartitionId, LogId> partitions = new TreeMap<>();
            byName.forEach((name, description) -> description
                    .partitions()
                    .forEach(info -> partitions.put(new PartitionId(name, info.partition()), log(name))));
            return partitions;
        }
    }

    /** A question about topics that is under way. */
    public final class TopicQuestion {

        private final Map<String, KafkaFuture<TopicDescription>> futures;

        private TopicQuestion(Collection<String> names) {
            this.futures = admin.describeTopics(names).topicNameValues();
        }

        /** Those of the topics that exist. */
        public Map<String, TopicDescription> answer() {
            Map<String, TopicDescription> found = new TreeMap<>();
            futures.forEach((name, future) -> {
                try {
                    TopicDescription topic = await(future);
                    ids.told(name, topic.topicId());
                    found.put(name, topic);
                } catch (UnknownTopicOrPartitionException ex) {
                    // Left out: the caller decides what a missing topic means.
                }
            });
            return found;
        }
    }

    private final Admin admin;
    private final String groupId;
    private final Duration timeout;
    private final TopicIds ids;

    /**
     * Reader for one group.
     *
     * @param timeout longest wait for one answer
     */
    public ClusterReader(Admin admin, String groupId, Duration timeout, Clock clock) {
        this.admin = admin;
        this.groupId = groupId;
        this.timeout = timeout;
        this.ids = new TopicIds(clock);
    }

    /** Asks for topics and does not wait. */
    public TopicQuestion ask(Collection<String> names) {
        return new TopicQuestion(names);
    }

    /** Those of the topics that exist, and the cluster's id. */
    public Topics topics(Collection<String> names) {
        KafkaFuture<String> clusterId = admin.describeCluster().clusterId();
        return new Topics(await(clusterId), ask(names).answer());
    }

    /** Offsets that the group has committed; partitions without one are left out. */
    public Map<TopicPartition, CommittedOffset> committed() {
        Map<TopicPartition, OffsetAndMetadata> answer =
                await(admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata());
        Map<TopicPartition, CommittedOffset> committed = new HashMap<>();
        answer.forEach((partition, offset) -> {
            // A null value is Kafka's way to say that there is no commit.
            if (offset != null) {
                committed.put(
                        partition,
                        new CommittedOffset(
                                offset.offset(),
                                offset.leaderEpoch().orElse(Position.NO_EPOCH),
                                CommitMetadata.parse(offset.metadata())));
            }
        });
        return committed;
    }

    /** Offsets of the partitions by the same specification for each; -1 where a timestamp lies after the last record. */
    public Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> query =
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> spec));
        Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
        await(admin.listOffsets(query).all())
                .forEach((TopicPartition partition, ListOffsetsResultInfo info) ->
                        offsets.put(partition, info.offset()));
        return offsets;
    }

    public <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException ex) {
            if (ex.getCause() instanceof KafkaException cause) {
                throw cause;
            }
            throw new KafkaException("The cluster's answer is an error", ex.getCause());
        } catch (TimeoutException ex) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "No answer from the cluster within " + timeout.toMillis() + " ms");
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(ex);
        }
    }
}
