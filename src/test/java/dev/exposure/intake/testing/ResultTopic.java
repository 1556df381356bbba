package dev.exposure.intake.testing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A topic of partial counts, as an engine reads it: what is committed, added up. */
public final class ResultTopic {

    private final String bootstrapServers;
    private final String topic;

    /** Reader of this topic. */
    public ResultTopic(String bootstrapServers, String topic) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
    }

    /** Sum of the exposures of each ad in all transactions that are committed now. */
    public Map<String, Long> sums() {
        Map<String, Long> sums = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
            read(
                    consumer,
                    consumer.endOffsets(partitions(consumer)),
                    value -> sums.merge(
                            value.get("ad_id").asString(),
                            value.get("exposures").asLong(),
                            Long::sum));
        }
        return sums;
    }

    /** Exposures of one ad, 0 for none. */
    public long counted(String ad) {
        return sums().getOrDefault(ad, 0L);
    }

    /** Gives all committed values up to the end that the topic has now; waits for transactions that are still open. */
    public void forEach(Consumer<JsonNode> value) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed");
                KafkaConsumer<byte[], byte[]> all = consumer("read_uncommitted")) {
            // To the other reader, the topic ends before the first open transaction.
            read(consumer, all.endOffsets(partitions(all)), value);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Consumer<JsonNode> value) {
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> value.accept(valueOf(record)));
        }
    }

    private static JsonNode valueOf(ConsumerRecord<byte[], byte[]> record) {
        JsonNode value = JsonMapper.shared().readTree(record.value());
        JsonNode key = JsonMapper.shared().readTree(record.key());
        if (!key.isArray() || !key.get(2).asString().equals(value.get("ad_id").asString())) {
            throw new AssertionError("The key is not that of the value: " + key + ", " + value);
        }
        return value;
    }
}
