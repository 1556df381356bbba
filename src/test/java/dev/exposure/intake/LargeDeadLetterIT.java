package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bad record gets into its dead-letter topic however large it is: whole where the topic takes it, else its head. */
@Slow
class LargeDeadLetterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void largeRecordsAreDeadLetteredWholeOrCutAndHoldUpNothing() throws Exception {
        broker.createTopic("large", 1);
        byte[] random =
                new byte[1_048_500]; // just fits the limits of both topics, without the headers of a dead letter
        new Random(1).nextBytes(random);
        random[0] = '{';
        byte[] compressed = ("{" + "line of text ".repeat(140_000)).getBytes(UTF_8); // 1.8 MB, a few KB when compressed
        byte[] bomb = new byte[5_000_000];
        send("none", random);
        send("zstd", compressed, bomb);
        broker.write("large", 0, Exposures.events("ad", 0, 10));
        Map<String, String> properties = Service.properties(broker, "large", directory);
        properties.put("intake.dead-letter.max-request-size", "4MB");
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(broker.read("large.dlt")).hasSize(3));
            ConsumerRecord<byte[], byte[]> cutByTheBroker = letter("large-0@0");
            assertThat(cutByTheBroker.value()).isEqualTo(Arrays.copyOf(random, 64 * 1024));
            assertThat(header(cutByTheBroker, "intake-truncated")).isEqualTo("1048500");
            assertThat(header(cutByTheBroker, "intake-reason")).isNotEmpty();
            ConsumerRecord<byte[], byte[]> whole = letter("large-0@1");
            assertThat(whole.value()).isEqualTo(compressed);
            assertThat(whole.headers().lastHeader("intake-truncated")).isNull();
            ConsumerRecord<byte[], byte[]> cutByTheClient = letter("large-0@2");
            assertThat(header(cutByTheClient, "intake-truncated")).isEqualTo("5000000");
            assertThat(cutByTheClient.key()).containsExactly(1);

            assertThat(service.events("DEAD_LETTER_CUT")).isEqualTo(2);
            assertThat(service.events("DEAD_LETTER_DOWN")).isZero();
            assertThat(service.metric("intake_dead_letters_cut_total")).isEqualTo(2);
        }
    }

    private static void send(String compression, byte[]... values) throws Exception {
        Map<String, Object> settings = Map.of("compression.type", compression, "max.request.size", 10_000_000);
        try (Producer<byte[], byte[]> producer = broker.producer(settings)) {
            for (byte[] value : values) {
                producer.send(new ProducerRecord<>("large", 0, new byte[] {1}, value))
                        .get();
            }
        }
    }

    private static ConsumerRecord<byte[], byte[]> letter(String origin) {
        return broker.read("large.dlt").stream()
                .filter(letter -> header(letter, "intake-origin").equals(origin))
                .findFirst()
                .orElseThrow();
    }

    private static String header(ConsumerRecord<?, ?> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
}
