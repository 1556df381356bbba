package dev.exposure.intake.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.KafkaHeaders;

/**
 * A record of a dead-letter topic, and what its headers say of it.
 *
 * @param origin where the original record was; null where no header says so
 * @param reason why it is here, {@code ?} where no header says so
 * @param field field that is wrong, empty where no field is
 * @param detail what is wrong, without content
 * @param cut whether only the start of its value is here
 */
record DeadLetter(
        ConsumerRecord<byte[], byte[]> record,
        Origin.@Nullable Position origin,
        String reason,
        String field,
        String detail,
        boolean cut) {

    /** Header of a record that is sent again: names its dead letter. */
    static final String RESENT = "intake-resent";

    private static final String REASON = "intake-reason";
    private static final String FIELD = "intake-field";
    private static final String DETAIL = "intake-detail";
    private static final String CUT = "intake-truncated";

    /** Headers that were added to those of the original record: each once, after any original header of the same name. */
    private static final Set<String> ADDED = Set.of(
            KafkaHeaders.DLT_ORIGINAL_TOPIC,
            KafkaHeaders.DLT_ORIGINAL_PARTITION,
            KafkaHeaders.DLT_ORIGINAL_OFFSET,
            KafkaHeaders.DLT_ORIGINAL_TIMESTAMP,
            REASON,
            FIELD,
            DETAIL,
            CUT,
            "intake-origin");

    static DeadLetter of(ConsumerRecord<byte[], byte[]> record) {
        return new DeadLetter(
                record,
                origin(record),
                text(record, REASON, "?"),
                text(record, FIELD, ""),
                text(record, DETAIL, ""),
                record.headers().lastHeader(CUT) != null);
    }

    private static Origin.@Nullable Position origin(ConsumerRecord<?, ?> record) {
        byte[] partition = bytes(record, KafkaHeaders.DLT_ORIGINAL_PARTITION);
        byte[] offset = bytes(record, KafkaHeaders.DLT_ORIGINAL_OFFSET);
        String topic = text(record, KafkaHeaders.DLT_ORIGINAL_TOPIC, "");
        if (topic.isEmpty() || partition.length != Integer.BYTES || offset.length != Long.BYTES) {
            return null;
        }
        return new Origin.Position(
                topic,
                ByteBuffer.wrap(partition).getInt(),
                ByteBuffer.wrap(offset).getLong());
    }

    private static String text(ConsumerRecord<?, ?> record, String header, String otherwise) {
        Header found = record.headers().lastHeader(header);
        return found == null || found.value() == null ? otherwise : new String(found.value(), UTF_8);
    }

    private static byte[] bytes(ConsumerRecord<?, ?> record, String header) {
        Header found = record.headers().lastHeader(header);
        return found == null || found.value() == null ? new byte[0] : found.value();
    }

    /** Where the dead letter itself is. */
    Origin.Position position() {
        return new Origin.Position(record.topic(), record.partition(), record.offset());
    }

    Instant publishedAt() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** Bytes of the value. */
    int size() {
        return record.value() == null ? 0 : record.value().length;
    }

    /** Headers of the original record, in their order. */
    List<Header> originalHeaders() {
        Header[] all = record.headers().toArray();
        List<Header> original = new ArrayList<>();
        Set<String> removed = new HashSet<>();
        for (int i = all.length - 1; i >= 0; i--) {
            if (!ADDED.contains(all[i].key()) || !removed.add(all[i].key())) {
                original.add(0, all[i]);
            }
        }
        return original;
    }
}
