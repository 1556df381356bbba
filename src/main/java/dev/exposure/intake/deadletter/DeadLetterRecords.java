package dev.exposure.intake.deadletter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.springframework.kafka.support.KafkaHeaders;

/** Makes the dead letter of a record: its own key, value and headers, and the headers that say where from and why. */
final class DeadLetterRecords {

    static final String REASON = "intake-reason";
    static final String FIELD = "intake-field";
    static final String DETAIL = "intake-detail";

    private final String topicSuffix;

    DeadLetterRecords(String topicSuffix) {
        this.topicSuffix = topicSuffix;
    }

    String topic(String original) {
        return original + topicSuffix;
    }

    /** Dead letter without a partition: the dead-letter topic need not have as many as the original. */
    ProducerRecord<byte[], byte[]> of(RejectedRecord rejected) {
        ConsumerRecord<byte[], byte[]> record = rejected.record();
        Headers headers = new RecordHeaders(record.headers().toArray());
        set(headers, KafkaHeaders.DLT_ORIGINAL_TOPIC, utf8(record.topic()));
        set(headers, KafkaHeaders.DLT_ORIGINAL_PARTITION, bytes(record.partition()));
        set(headers, KafkaHeaders.DLT_ORIGINAL_OFFSET, bytes(record.offset()));
        set(headers, KafkaHeaders.DLT_ORIGINAL_TIMESTAMP, bytes(record.timestamp()));
        set(headers, REASON, utf8(rejected.rejection().reason().name()));
        String field = rejected.rejection().field();
        if (field != null) {
            set(headers, FIELD, utf8(field));
        }
        set(headers, DETAIL, utf8(rejected.rejection().detail()));
        return new ProducerRecord<>(topic(record.topic()), null, null, record.key(), record.value(), headers);
    }

    /** A record that is itself a dead letter of some other topic keeps those headers; ours come last, which is what counts. */
    private static void set(Headers headers, String name, byte[] value) {
        headers.add(name, value);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
