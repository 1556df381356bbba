package dev.exposure.intake.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Rejection;
import dev.exposure.intake.decode.Rejection.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.support.KafkaHeaders;

/** A dead letter is the record as it came, and headers in the encodings that Spring's own tools read. */
class DeadLetterRecordsTests {

    private static final byte[] KEY = {0, 1, (byte) 0xFF};
    private static final byte[] VALUE = {(byte) 0xC3, 0x28, 0};
    private static final long OFFSET = 0x0102030405060708L;
    private static final long TIMESTAMP = 0x0000_0191_15F7_1589L;

    private final DeadLetterRecords records = new DeadLetterRecords(".dlt");

    @Test
    void letterWhenMadeHoldsTheOriginalBytesAndNoPartition() {
        ProducerRecord<byte[], byte[]> letter = letter(KEY, VALUE, new RecordHeaders());

        assertThat(letter.topic()).isEqualTo("ads.dlt");
        assertThat(letter.partition())
                .as("the dead-letter topic may have fewer")
                .isNull();
        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isEqualTo(VALUE);
    }

    @Test
    void letterWhenMadeOfATombstoneHoldsNoKeyAndNoValue() {
        ProducerRecord<byte[], byte[]> letter = letter(null, null, new RecordHeaders());

        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
        assertThat(text(letter, "intake-reason")).isEqualTo("BAD_FIELD");
    }

    @Test
    void headersWhenMadeAreEncodedAsSpringReadsThem() {
        ProducerRecord<byte[], byte[]> letter = letter(KEY, VALUE, new RecordHeaders());

        assertThat(text(letter, "kafka_dlt-original-topic")).isEqualTo("ads");
        assertThat(bytes(letter, "kafka_dlt-original-partition")).containsExactly(0, 0, 1, 2);
        assertThat(bytes(letter, "kafka_dlt-original-offset")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(bytes(letter, "kafka_dlt-original-timestamp"))
                .containsExactly(0, 0, 0x01, 0x91, 0x15, 0xF7, 0x15, 0x89);
        assertThat(text(letter, "intake-origin")).isEqualTo("ads-258@" + OFFSET);
        assertThat(text(letter, "intake-reason")).isEqualTo("BAD_FIELD");
        assertThat(text(letter, "intake-field")).isEqualTo("prix_µ");
        assertThat(text(letter, "intake-detail")).isEqualTo("must be an integer ≥ 0");
        assertThat(KafkaHeaders.DLT_ORIGINAL_TOPIC).isEqualTo("kafka_dlt-original-topic");
    }

    @Test
    void fieldHeaderWhenTheRejectionNamesNoneIsAbsent() {
        ProducerRecord<byte[], byte[]> letter =
                records.of(new RejectedRecord(record(KEY, VALUE, new RecordHeaders()), rejection(null)));

        assertThat(letter.headers().lastHeader("intake-field")).isNull();
        assertThat(letter.headers().lastHeader("intake-detail")).isNotNull();
    }

    @Test
    void headersWhenTheRecordHasSomeStayAsTheyAreAndComeFirst() {
        Headers own = new RecordHeaders()
                .add("trace", new byte[] {9})
                .add("empty", null)
                .add("trace", new byte[] {8})
                .add("intake-reason", "FORGED".getBytes(UTF_8));

        ProducerRecord<byte[], byte[]> letter = letter(KEY, VALUE, own);

        List<Header> all = Arrays.asList(letter.headers().toArray());
        assertThat(all.subList(0, 4)).containsExactly(own.toArray());
        assertThat(text(letter, "intake-reason")).as("the last one counts").isEqualTo("BAD_FIELD");
        assertThat(own.toArray()).as("the record's own are not touched").hasSize(4);
    }

    @Test
    void rejectedRecordWhenWrittenToALogShowsNoContent() {
        RejectedRecord rejected = new RejectedRecord(
                record("secret".getBytes(UTF_8), "secret".getBytes(UTF_8), new RecordHeaders()), rejection("f"));

        assertThat(rejected).hasToString("ads-258@" + OFFSET + " BAD_FIELD");
    }

    private ProducerRecord<byte[], byte[]> letter(byte[] key, byte[] value, Headers headers) {
        return records.of(new RejectedRecord(record(key, value, headers), rejection("prix_µ")));
    }

    private static Rejection rejection(String field) {
        return new Rejection(Reason.BAD_FIELD, field, "must be an integer ≥ 0");
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                "ads",
                258,
                OFFSET,
                TIMESTAMP,
                TimestampType.CREATE_TIME,
                key == null ? -1 : key.length,
                value == null ? -1 : value.length,
                key,
                value,
                headers,
                Optional.of(3));
    }

    private static byte[] bytes(ProducerRecord<byte[], byte[]> letter, String header) {
        return letter.headers().lastHeader(header).value();
    }

    private static String text(ProducerRecord<byte[], byte[]> letter, String header) {
        return new String(bytes(letter, header), UTF_8);
    }
}
