package dev.exposure.intake.testing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A topic of partial counts, as an engine reads it: what is committed, added up. */
public final class ResultTopic {

    private final TestBroker broker;
    private final String topic;

    /** Reader of this topic. */
    public ResultTopic(TestBroker broker, String topic) {
        this.broker = broker;
        this.topic = topic;
    }

    /** Sum of the exposures of each ad in all transactions that are committed now. */
    public Map<String, Long> sums() {
        Map<String, Long> sums = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> add(record, sums));
            }
        }
        return sums;
    }

    /** Exposures of one ad, 0 for none. */
    public long counted(String ad) {
        return sums().getOrDefault(ad, 0L);
    }

    private static void add(ConsumerRecord<byte[], byte[]> record, Map<String, Long> sums) {
        JsonNode value = JsonMapper.shared().readTree(record.value());
        JsonNode key = JsonMapper.shared().readTree(record.key());
        String ad = value.get("ad_id").asString();
        if (!key.isArray() || !key.get(2).asString().equals(ad)) {
            throw new AssertionError("The key is not that of the value: " + key + ", " + value);
        }
        sums.merge(ad, value.get("exposures").asLong(), Long::sum);
    }
}
