package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.decode.Rejection.Reason;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** A record that holds no usable exposure ends in the dead-letter topic, whole and once, and stops nothing. */
@ExtendWith(OutputCaptureExtension.class)
class DeadLetterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    /** A record of each reason, and the reason. */
    private record Bad(Reason reason, byte @Nullable [] value) {}

    private static final List<Bad> BAD = List.of(
            new Bad(Reason.EMPTY, null),
            new Bad(Reason.EMPTY, new byte[0]),
            new Bad(Reason.NOT_JSON, "{\"exposure_id\":\"secret".getBytes(UTF_8)),
            new Bad(Reason.NOT_JSON, new byte[] {'{', (byte) 0xC3, 0x28, 0}),
            new Bad(Reason.NO_EXPOSURE, "{\"words\":\"secret\"}".getBytes(UTF_8)),
            new Bad(Reason.MISSING_FIELD, "{\"exposure_id\":\"secret\",\"exposed_at\":1722650400137}".getBytes(UTF_8)),
            new Bad(
                    Reason.BAD_FIELD,
                    "{\"exposure_id\":\"secret\",\"ad_id\":\"a\",\"exposed_at\":1722650400137,\"price_micros\":-1}"
                            .getBytes(UTF_8)),
            new Bad(Reason.TOO_LARGE, ("{\"exposure_id\":\"" + "secret".repeat(400) + "\"}").getBytes(UTF_8)));

    @Test
    void badRecordsOfEveryReasonBetweenGoodOnesAreDeadLetteredWholeAndOnce(CapturedOutput output) {
        broker.createTopic("bad", 2);
        try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
            for (int partition = 0; partition < 2; partition++) {
                for (int number = 0; number < BAD.size(); number++) {
                    producer.send(good("bad", partition, partition * 100 + number));
                    producer.send(withKeyAndHeaders(
                            "bad", partition, number, BAD.get(number).value()));
                }
                producer.send(good("bad", partition, partition * 100 + 99));
            }
        }
        Map<String, String> properties = Service.properties(broker, "bad", directory);
        properties.put("intake.format.max-line-size", "1KB");
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("good")).isEqualTo(2L * (BAD.size() + 1)));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(broker.committed("bad", "bad", 1)).isEqualTo(2L * BAD.size() + 1));

            List<ConsumerRecord<byte[], byte[]>> letters = broker.read("bad.dlt");
            assertThat(letters).hasSize(2 * BAD.size());
            Map<String, ConsumerRecord<byte[], byte[]>> byOrigin = byOrigin(letters);
            for (int partition = 0; partition < 2; partition++) {
                for (int number = 0; number < BAD.size(); number++) {
                    ConsumerRecord<byte[], byte[]> letter = byOrigin.get(partition + "@" + (2 * number + 1));
                    assertThat(letter).as(partition + "@" + number).isNotNull();
                    assertThat(letter.value()).isEqualTo(BAD.get(number).value());
                    assertThat(letter.key()).isEqualTo(key(partition, number));
                    assertThat(text(letter, "trace")).isEqualTo("trace-" + number);
                    assertThat(text(letter, "kafka_dlt-original-topic")).isEqualTo("bad");
                    assertThat(text(letter, "intake-reason"))
                            .isEqualTo(BAD.get(number).reason().name());
                    assertThat(text(letter, "intake-detail")).isNotBlank().doesNotContain("secret");
                }
            }
            for (Reason reason : Reason.values()) {
                long expected =
                        2 * BAD.stream().filter(bad -> bad.reason() == reason).count();
                assertThat(service.metric("intake_dead_letters_total{reason=\"" + reason + "\"}"))
                        .as(reason.name())
                        .isEqualTo(expected);
            }
            assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                    .isEqualTo(2 * BAD.size());
            assertThat(service.state()).isEqualTo("RUNNING");
        }
        assertThat(output.getAll()).doesNotContain("secret");
    }

    @Test
    void recordsWhenTheDeadLetterTopicIsMissingWaitForItAndNothingIsLost(CapturedOutput output) {
        broker.createBareTopic("waiting", 2);
        try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
            producer.send(good("waiting", 0, 1));
            producer.send(withKeyAndHeaders("waiting", 0, 1, "{secret".getBytes(UTF_8)));
            producer.send(good("waiting", 0, 2));
        }
        Map<String, String> properties = Service.properties(broker, "waiting", directory);
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE).until(() -> service.state().equals("RETRYING"));
            broker.write("waiting", 1, Exposures.events("good", 3, 10));

            JsonNode health = service.actuator("health").get("components").get("deadLetters");
            assertThat(health.get("status").asString()).isEqualTo("DOWN");
            assertThat(health.get("details").get("cause").asString()).contains("waiting.dlt");
            assertThat(service.health("")).isEqualTo(503);
            assertThat(service.health("/liveness")).isEqualTo(200);
            assertThat(service.health("/readiness")).isEqualTo(200);
            assertThat(broker.committed("waiting", "waiting", 0))
                    .as("nothing is committed beyond the bad record")
                    .isLessThanOrEqualTo(1);
            assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                    .isZero();

            broker.createBareTopic("waiting.dlt", 1);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("good")).isEqualTo(12));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(broker.committed("waiting", "waiting", 0))
                            .isEqualTo(3));
            assertThat(broker.read("waiting.dlt")).singleElement().satisfies(letter -> {
                assertThat(letter.value()).isEqualTo("{secret".getBytes(UTF_8));
                assertThat(text(letter, "intake-reason")).isEqualTo("NOT_JSON");
            });
            assertThat(service.metric("intake_dead_letters_total{reason=\"NOT_JSON\"}"))
                    .isEqualTo(1);
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
            assertThat(service.state()).isEqualTo("RUNNING");
            assertThat(service.health("")).isEqualTo(200);
            assertThat(service.events("DEAD_LETTER_DOWN")).isEqualTo(1);
            assertThat(service.events("DEAD_LETTER_UP")).isEqualTo(1);
        }
        assertThat(output.getAll()).doesNotContain("secret");
    }

    private static ProducerRecord<byte[], byte[]> good(String topic, int partition, int number) {
        return new ProducerRecord<>(topic, partition, null, Exposures.event("good-" + number, "good"));
    }

    private static ProducerRecord<byte[], byte[]> withKeyAndHeaders(
            String topic, int partition, int number, byte @Nullable [] value) {
        return new ProducerRecord<>(
                topic,
                partition,
                key(partition, number),
                value,
                List.of(new RecordHeader("trace", ("trace-" + number).getBytes(UTF_8))));
    }

    private static byte[] key(int partition, int number) {
        return new byte[] {(byte) partition, (byte) number, (byte) 0xFF};
    }

    private static Map<String, ConsumerRecord<byte[], byte[]>> byOrigin(List<ConsumerRecord<byte[], byte[]>> letters) {
        Map<String, ConsumerRecord<byte[], byte[]>> byOrigin = new HashMap<>();
        List<String> twice = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            int partition = ByteBuffer.wrap(header(letter, "kafka_dlt-original-partition"))
                    .getInt();
            long offset =
                    ByteBuffer.wrap(header(letter, "kafka_dlt-original-offset")).getLong();
            if (byOrigin.put(partition + "@" + offset, letter) != null) {
                twice.add(partition + "@" + offset);
            }
        }
        assertThat(twice).isEmpty();
        return byOrigin;
    }

    private static String text(ConsumerRecord<byte[], byte[]> letter, String header) {
        return new String(header(letter, header), UTF_8);
    }

    private static byte[] header(ConsumerRecord<byte[], byte[]> letter, String header) {
        byte[] value = letter.headers().lastHeader(header).value();
        return Arrays.copyOf(value, value.length);
    }
}
