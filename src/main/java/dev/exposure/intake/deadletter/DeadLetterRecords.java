package dev.exposure.intake.deadletter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.KafkaHeaders;

/** Makes the dead letter of a record: its key, value and headers, and new headers with its origin and the reason. */
final class DeadLetterRecords {

    static final String REASON = "intake-reason";
    static final String FIELD = "intake-field";
    static final String DETAIL = "intake-detail";
    static final String ORIGIN = "intake-origin";
    static final String TRUNCATED = "intake-truncated";

    private final String topicSuffix;

    DeadLetterRecords(String topicSuffix) {
        this.topicSuffix = topicSuffix;
    }

    String topic(String original) {
        return original + topicSuffix;
    }

    /** Dead letter without a partition: the dead-letter topic may have fewer than the original. */
    ProducerRecord<byte[], byte[]> of(RejectedRecord rejected) {
        ConsumerRecord<byte[], byte[]> record = rejected.record();
        Headers headers = new RecordHeaders(record.headers().toArray());
        describe(rejected, headers);
        return letter(record, record.key(), record.value(), headers);
    }

    /** Dead letter with the head of the value only, and a header that tells the value's size in bytes, as text. */
    ProducerRecord<byte[], byte[]> withHeadOfValue(RejectedRecord rejected, int bytes) {
        ConsumerRecord<byte[], byte[]> record = rejected.record();
        Headers headers = new RecordHeaders(record.headers().toArray());
        describe(rejected, headers);
        set(headers, TRUNCATED, utf8(String.valueOf(size(record.value()))));
        return letter(record, record.key(), head(record.value(), bytes), headers);
    }

    /** As {@link #withHeadOfValue}, but without a key larger than this, and with headers up to this size in total. */
    ProducerRecord<byte[], byte[]> withSmallParts(RejectedRecord rejected, int bytes) {
        ConsumerRecord<byte[], byte[]> record = rejected.record();
        Headers headers = new RecordHeaders();
        int kept = 0;
        for (Header header : record.headers()) {
            int size = header.key().length() + size(header.value());
            if (kept + size <= bytes) {
                kept += size;
                headers.add(header);
            }
        }
        describe(rejected, headers);
        set(headers, TRUNCATED, utf8(String.valueOf(size(record.value()))));
        byte[] key = size(record.key()) <= bytes ? record.key() : null;
        return letter(record, key, head(record.value(), bytes), headers);
    }

    private ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<?, ?> record, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ProducerRecord<>(topic(record.topic()), null, null, key, value, headers);
    }

    private static void describe(RejectedRecord rejected, Headers headers) {
        ConsumerRecord<byte[], byte[]> record = rejected.record();
        set(headers, KafkaHeaders.DLT_ORIGINAL_TOPIC, utf8(record.topic()));
        set(headers, KafkaHeaders.DLT_ORIGINAL_PARTITION, bytes(record.partition()));
        set(headers, KafkaHeaders.DLT_ORIGINAL_OFFSET, bytes(record.offset()));
        set(headers, KafkaHeaders.DLT_ORIGINAL_TIMESTAMP, bytes(record.timestamp()));
        set(headers, ORIGIN, utf8(record.topic() + "-" + record.partition() + "@" + record.offset()));
        set(headers, REASON, utf8(rejected.rejection().reason().name()));
        String field = rejected.rejection().field();
        if (field != null) {
            set(headers, FIELD, utf8(field));
        }
        set(headers, DETAIL, utf8(rejected.rejection().detail()));
    }

    /** A record that is itself a dead letter of another topic keeps its headers; ours come last, and the last one counts. */
    private static void set(Headers headers, String name, byte[] value) {
        headers.add(name, value);
    }

    private static int size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte @Nullable [] head(byte @Nullable [] value, int bytes) {
        return value == null || value.length <= bytes ? value : Arrays.copyOf(value, bytes);
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
