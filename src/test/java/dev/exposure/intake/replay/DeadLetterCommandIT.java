package dev.exposure.intake.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.support.KafkaHeaders;

/** Dead letters that the service published are listed and sent again, at a real broker. */
@Slow
class DeadLetterCommandIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static TestBroker broker;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final DeadLetterCommand command = DeadLetterCommand.create();

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void deadLettersOfTheServiceAreListedAndSentAgainAsTheyCameAndCountedWhenTheCauseIsMended() {
        broker.createTopic("resent", 1);
        byte[] renamed = "{\"exposure_id\":\"r1\",\"adid\":\"mended\",\"exposed_at\":1764289440}".getBytes(UTF_8);
        try (Producer<byte[], byte[]> producer = broker.producer()) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("resent", 0, "key".getBytes(UTF_8), renamed);
            record.headers()
                    .add("trace", new byte[] {1, 0, -1})
                    .add("trace", null)
                    .add("intake-reason", new byte[] {7});
            producer.send(record);
            producer.send(new ProducerRecord<>("resent", 0, null, "nonsense \u001b[31m".getBytes(UTF_8)));
            producer.send(new ProducerRecord<>("resent", 0, null, null));
        }
        try (Service service = Service.start(Service.properties(broker, "resent", directory))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(broker.end("resent.dlt", 0)).isEqualTo(3));
        }

        assertThat(run("--topic=resent")).isZero();
        assertThat(text())
                .contains("resent-0@0 ", "MISSING_FIELD", "ad_id", "resent-0@1 ", "NOT_JSON", "resent-0@2 ", "EMPTY")
                .contains("Dead letters: 3 (1 EMPTY, 1 MISSING_FIELD, 1 NOT_JSON).")
                .doesNotContain("r1", "nonsense", "mended");
        assertThat(run("--topic=resent", "--show-content", "--origin=resent-0@1"))
                .isZero();
        assertThat(text()).contains("value:   nonsense \\u001b[31m").doesNotContain("\u001b");
        assertThat(run("--topic=resent", "--reason=MISSING_FIELD", "--resend")).isZero();
        assertThat(text()).contains("Would send 1 and skip 0. Nothing was sent: add --yes to send them.");
        assertThat(broker.end("resent", 0)).isEqualTo(3);

        assertThat(run("--topic=resent", "--reason=MISSING_FIELD", "--resend", "--yes"))
                .isZero();
        assertThat(text())
                .contains("sent      resent.dlt-0@0 -> resent-0@3")
                .contains("Sent 1 (1 to resent), skipped 0, failed 0.");
        ConsumerRecord<byte[], byte[]> again = broker.read("resent").get(3);
        assertThat(again.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(again.value()).isEqualTo(renamed);
        assertThat(headers(again.headers()))
                .containsExactly("trace=[1, 0, -1]", "trace=null", "intake-reason=[7]", "intake-resent=resent.dlt-0@0");

        var properties = Service.properties(broker, "resent", directory);
        properties.put("intake.format.fields.ad-id", "adid");
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("mended")).isEqualTo(1));
        }
    }

    @Test
    void filtersByTimeAndOriginKeepWhatTheySay() {
        broker.createTopic("filtered", 1);
        letter("filtered", 4, 0, 1_000_000_000_000L, false);
        letter("filtered", 4, 1, 1_000_000_060_000L, false);
        letter("filtered", 5, 0, 1_000_000_120_000L, false);

        run("--topic=filtered", "--since=2001-09-09T01:47:40Z");
        assertThat(text()).doesNotContain("filtered-4@0").contains("filtered-4@1", "filtered-5@0");
        run("--topic=filtered", "--until=2001-09-09T01:48:00Z", "--since=2001-09-09T01:47:00Z");
        assertThat(text()).contains("filtered-4@1").doesNotContain("filtered-4@0", "filtered-5@0");
        run("--topic=filtered", "--origin=filtered-4");
        assertThat(text()).contains("filtered-4@0", "filtered-4@1").doesNotContain("filtered-5@0");
        run("--topic=filtered", "--after=filtered.dlt-0@1");
        assertThat(text()).contains("filtered-5@0").doesNotContain("filtered-4@");
        run("--topic=filtered", "--limit=1");
        assertThat(text()).contains("Dead letters: 1 (");
        run("--topic=filtered", "--reason=OTHER");
        assertThat(text()).contains("No dead letters.");
    }

    @Test
    void whatCannotBeSentWholeOrToItsOwnTopicIsSkipped() {
        broker.createTopic("skipped", 1);
        broker.createTopic("another", 1);
        letter("skipped", 0, 0, 1_000_000_000_000L, true);
        try (Producer<byte[], byte[]> producer = broker.producer()) {
            producer.send(new ProducerRecord<>("skipped.dlt", 0, null, new byte[] {1}));
            producer.send(letter("skipped.dlt", "another", 0, 0, 1_000_000_000_000L, false));
        }

        assertThat(run("--topic=skipped", "--resend", "--yes")).isZero();

        assertThat(text())
                .contains("skipped   skipped.dlt-0@0  only the head of its value is here")
                .contains("skipped   skipped.dlt-0@1  no header says where it comes from")
                .contains("skipped   skipped.dlt-0@2  its headers name an original topic that does not belong")
                .contains("Sent 0, skipped 3, failed 0.");
        assertThat(broker.end("skipped", 0)).isZero();
        assertThat(broker.end("another", 0)).isZero();
    }

    @Test
    void partitionThatIsGoneIsNoObstacle() {
        broker.createTopic("shrunk", 1);
        letter("shrunk", 7, 0, 1_000_000_000_000L, false);

        assertThat(run("--topic=shrunk", "--resend", "--yes")).isZero();

        assertThat(text()).contains("sent      shrunk.dlt-0@0 -> shrunk-0@0");
    }

    @Test
    void oneThatTheTopicRefusesEndsTheRunAndTheNextRunGoesOnBehindIt() {
        broker.createTopic("narrow", 1);
        broker.configure("narrow", "max.message.bytes", "2000");
        letter("narrow", 0, 0, 1_000_000_000_000L, false);
        byte[] random = new byte[10_000];
        new java.util.Random(1).nextBytes(random);
        try (Producer<byte[], byte[]> producer = broker.producer()) {
            ProducerRecord<byte[], byte[]> large = letter("narrow.dlt", "narrow", 0, 1, 1_000_000_000_000L, false);
            producer.send(new ProducerRecord<>("narrow.dlt", 0, null, null, random, large.headers()));
        }

        assertThat(run("--topic=narrow", "--resend", "--yes")).isEqualTo(1);

        assertThat(text())
                .contains("not sent  narrow.dlt-0@1  RecordTooLargeException")
                .contains("failed 1.", "--after=narrow.dlt-0@1");
        assertThat(run("--topic=narrow", "--resend", "--yes", "--after=narrow.dlt-0@1"))
                .isZero();
        assertThat(text()).contains("No dead letters.");
        assertThat(broker.end("narrow", 0)).as("what was said to be sent").isEqualTo(1);
    }

    @Test
    void runThatIsStoppedTellsWhatItHasSentAndTheNextOneSendsTheRest() {
        broker.createTopic("stopped", 1);
        for (int i = 0; i < 250; i++) {
            letter("stopped", 0, i, 1_000_000_000_000L, false);
        }
        StopsAtTheFirst stopping = new StopsAtTheFirst();

        int code = command.run(
                arguments("--topic=stopped", "--resend", "--yes"), new PrintStream(stopping, true, UTF_8), System.err);

        assertThat(code).isEqualTo(130);
        String said = stopping.toString(UTF_8);
        long sent = said.lines().filter(line -> line.startsWith("sent ")).count();
        assertThat(sent).isPositive().isLessThan(250).isEqualTo(broker.end("stopped", 0));
        String after = said.replaceFirst("(?s).*(--after=\\S+).*", "$1").strip();
        assertThat(DeadLetterCommand.create()
                        .run(
                                arguments("--topic=stopped", "--resend", "--yes", after),
                                new PrintStream(out, true, UTF_8),
                                System.err))
                .isZero();
        assertThat(broker.read("stopped").stream().map(it -> new String(it.value(), UTF_8)))
                .hasSize(250)
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsWrongIsSaidInOneLine() {
        assertThat(run("--reasn=EMPTY")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).isEqualTo("There is no option --reasn; see --help" + System.lineSeparator());
        assertThat(run("--topic=nothing")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("The topic nothing.dlt does not exist");
        assertThat(run("--help")).isZero();
        assertThat(text()).startsWith("Usage: java -jar").contains("--resend --yes");
    }

    private int run(String... options) {
        out.reset();
        err.reset();
        return command.run(arguments(options), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private static List<String> arguments(String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add("--spring.kafka.bootstrap-servers=" + broker.bootstrapServers());
        return arguments;
    }

    private String text() {
        return out.toString(UTF_8);
    }

    private static void letter(String topic, int partition, long offset, long timestamp, boolean cut) {
        try (Producer<byte[], byte[]> producer = broker.producer()) {
            producer.send(letter(topic + ".dlt", topic, partition, offset, timestamp, cut));
        }
    }

    private static ProducerRecord<byte[], byte[]> letter(
            String deadLetterTopic, String topic, int partition, long offset, long timestamp, boolean cut) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(deadLetterTopic, 0, timestamp, null, Exposures.event("id-" + offset, "ad"), null);
        letter.headers()
                .add(KafkaHeaders.DLT_ORIGINAL_TOPIC, topic.getBytes(UTF_8))
                .add(
                        KafkaHeaders.DLT_ORIGINAL_PARTITION,
                        ByteBuffer.allocate(4).putInt(partition).array())
                .add(
                        KafkaHeaders.DLT_ORIGINAL_OFFSET,
                        ByteBuffer.allocate(8).putLong(offset).array())
                .add("intake-reason", "NOT_JSON".getBytes(UTF_8));
        if (cut) {
            letter.headers().add("intake-truncated", "5000000".getBytes(UTF_8));
        }
        return letter;
    }

    private static List<String> headers(Headers headers) {
        return Arrays.stream(headers.toArray()).map(DeadLetterCommandIT::text).collect(Collectors.toList());
    }

    private static String text(Header header) {
        String value = header.key().equals("intake-resent")
                ? new String(header.value(), UTF_8)
                : header.value() == null ? "null" : Arrays.toString(header.value());
        return header.key() + "=" + value;
    }

    /** Stops the command as soon as it says that something is sent, as Ctrl-C would. */
    private final class StopsAtTheFirst extends ByteArrayOutputStream {

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            command.stop();
        }
    }
}
