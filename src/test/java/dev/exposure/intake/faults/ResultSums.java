package dev.exposure.intake.faults;

import dev.exposure.intake.faults.Ledger.Row;
import dev.exposure.intake.faults.Ledger.Sum;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Adds up a topic of partial counts as any engine would that reads only what is committed. */
final class ResultSums {

    private ResultSums() {}

    /** Sums up to the end that the topic has now; waits for transactions that are still open. */
    static Map<Row, Sum> read(String bootstrapServers, String topic) {
        Map<Row, Sum> rows = new HashMap<>();
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaConsumer<byte[], byte[]> ends = new KafkaConsumer<>(
                        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            // Of all records: an open transaction would hide what is behind it from the other end.
            Map<TopicPartition, Long> end = ends.endOffsets(partitions);
            while (end.entrySet().stream().anyMatch(one -> consumer.position(one.getKey()) < one.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> add(record.value(), rows));
            }
        }
        return rows;
    }

    private static void add(byte[] record, Map<Row, Sum> rows) {
        JsonNode value = JsonMapper.shared().readTree(record);
        Row row = new Row(
                Instant.parse(value.get("minute").asString()).getEpochSecond(),
                value.get("ad_id").asString());
        rows.merge(
                row,
                new Sum(
                        value.get("exposures").asLong(),
                        value.get("price_micros").asLong()),
                Sum::plus);
    }
}
