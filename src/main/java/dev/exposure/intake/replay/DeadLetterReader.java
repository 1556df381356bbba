package dev.exposure.intake.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads what dead-letter topics hold when it begins. It uses no group, so it leaves nothing behind. */
final class DeadLetterReader {

    private static final Duration POLL = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;

    DeadLetterReader(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * Reads the topics up to their current ends.
     *
     * @param since time to begin at; records that come later may still have an earlier time
     * @param after offsets to begin after
     * @param more takes what one poll brought, and returns whether it wants more
     * @throws OptionException when a topic does not exist
     */
    void read(
            Collection<String> topics,
            Instant since,
            Map<TopicPartition, Long> after,
            Predicate<List<DeadLetter>> more) {
        List<TopicPartition> partitions = new ArrayList<>();
        topics.forEach(topic -> partitions.addAll(partitions(topic)));
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        starts(partitions, since, after)
                .forEach((partition, start) -> consumer.seek(partition, Math.min(start, end(ends, partition))));
        boolean wanted = true;
        while (wanted && partitions.stream().anyMatch(it -> consumer.position(it) < end(ends, it))) {
            List<DeadLetter> letters = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < end(ends, new TopicPartition(record.topic(), record.partition()))) {
                    letters.add(DeadLetter.of(record));
                }
            }
            wanted = more.test(letters);
        }
    }

    /** End of a partition when reading began; Kafka gives it for each partition that was asked for. */
    private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
        return Objects.requireNonNull(ends.get(partition));
    }

    private List<TopicPartition> partitions(String topic) {
        List<PartitionInfo> found;
        try {
            found = consumer.partitionsFor(topic);
        } catch (UnknownTopicOrPartitionException ex) {
            found = List.of();
        }
        if (found == null || found.isEmpty()) {
            throw new OptionException("The topic " + topic + " does not exist, or this user may not see it");
        }
        return found.stream()
                .map(it -> new TopicPartition(it.topic(), it.partition()))
                .toList();
    }

    private Map<TopicPartition, Long> starts(
            List<TopicPartition> partitions, Instant since, Map<TopicPartition, Long> after) {
        Map<TopicPartition, Long> starts = new HashMap<>(consumer.beginningOffsets(partitions));
        if (since.isAfter(Instant.EPOCH)) {
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(it -> times.put(it, since.toEpochMilli()));
            Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
            partitions.forEach(it -> {
                OffsetAndTimestamp first = found.get(it);
                starts.merge(it, first == null ? Long.MAX_VALUE : first.offset(), Math::max);
            });
        }
        after.forEach(
                (partition, offset) -> starts.computeIfPresent(partition, (it, start) -> Math.max(start, offset + 1)));
        return starts;
    }
}
