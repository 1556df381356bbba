package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.RefusingAuthorizer;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** A dead-letter topic that can't be written to makes bad records wait, which is said once, and costs none of them. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class DeadLetterOutageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(Map.of("authorizer.class.name", RefusingAuthorizer.class.getName()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** What can be wrong with a dead-letter topic, how it comes about and how it is mended. */
    enum Trouble {
        MISSING("UnknownTopicOrPartitionException") {
            @Override
            void make(String topic) {}

            @Override
            void mend(String topic) {
                broker.createBareTopic(topic, 1);
            }
        },
        FORBIDDEN("TopicAuthorizationException") {
            @Override
            void make(String topic) {
                broker.createBareTopic(topic, 1);
                RefusingAuthorizer.refuseWrites(topic);
            }

            @Override
            void mend(String topic) {
                RefusingAuthorizer.allowAll();
            }
        },
        /** The service may write nowhere, as one that was never given the right to write dead letters. */
        READ_ONLY("AuthorizationException") {
            @Override
            void make(String topic) {
                broker.createBareTopic(topic, 1);
                RefusingAuthorizer.refuseAllWrites();
            }

            @Override
            void mend(String topic) {
                RefusingAuthorizer.allowAll();
            }
        };

        private final String cause;

        Trouble(String cause) {
            this.cause = cause;
        }

        abstract void make(String topic);

        abstract void mend(String topic);
    }

    @ParameterizedTest
    @EnumSource
    void badRecordWaitsAndNothingIsSkippedUntilTheDeadLetterTopicIsMended(Trouble trouble, CapturedOutput output) {
        String topic = trouble.name().toLowerCase(Locale.ROOT);
        broker.createBareTopic(topic, 1);
        byte[] bad = bad(3_000);
        List<byte[]> records = new ArrayList<>(Exposures.events("good", 0, 10));
        records.add(bad);
        records.addAll(Exposures.events("good", 10, 10));
        broker.write(topic, 0, records);
        trouble.make(topic + ".dlt");

        try (Service service = Service.start(properties(topic))) {
            await().atMost(PATIENCE).until(() -> service.events("DEAD_LETTER_DOWN") == 1);
            await().atMost(PATIENCE)
                    .until(() ->
                            deadLetters(service).get("details").get("attempts").asLong() >= 3);
            assertThat(service.state()).isEqualTo("RETRYING");
            assertThat(deadLetters(service).get("status").asString()).isEqualTo("DOWN");
            assertThat(deadLetters(service).get("details").get("since").asString())
                    .isNotBlank();
            assertThat(deadLetters(service).get("details").get("cause").asString())
                    .contains(trouble.cause, topic + ".dlt", topic + "-0@10")
                    .doesNotContain("secret");
            assertThat(service.health("")).isEqualTo(503);
            assertThat(service.health("/liveness")).isEqualTo(200);
            assertThat(service.health("/readiness")).isEqualTo(200);
            assertThat(broker.committed(topic, topic, 0))
                    .as("nothing is skipped")
                    .isLessThanOrEqualTo(10);
            assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                    .as("counted when settled")
                    .isZero();

            trouble.mend(topic + ".dlt");

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(broker.committed(topic, topic, 0)).isEqualTo(21));
            assertThat(service.counted("good")).isEqualTo(20);
            assertThat(broker.read(topic + ".dlt"))
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.value()).isEqualTo(bad));
            assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                    .isEqualTo(1);
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
            assertThat(service.state()).isEqualTo("RUNNING");
            assertThat(service.health("")).isEqualTo(200);
            assertThat(service.events("DEAD_LETTER_DOWN")).isEqualTo(1);
            assertThat(service.events("DEAD_LETTER_UP")).isEqualTo(1);
        } finally {
            RefusingAuthorizer.allowAll();
        }
        assertThat(lines(output, "WARN", "Publishing dead letters"))
                .as("said once")
                .hasSize(1);
        assertThat(lines(output, "\tat ")).as("no stack traces").isEmpty();
        assertThat(output.getAll()).doesNotContain("secret");
    }

    @Test
    void recordsOfOtherThreadsGoOnWhileABadOneWaits(CapturedOutput output) {
        broker.createBareTopic("threads", 2);
        Trouble.FORBIDDEN.make("threads.dlt");
        broker.write("threads", 0, List.of(bad(3_000)));
        broker.write("threads", 0, Exposures.events("behind", 0, 10));
        Map<String, String> properties = properties("threads");
        properties.put("spring.kafka.listener.concurrency", "2");

        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE).until(() -> service.events("DEAD_LETTER_DOWN") >= 1);
            AtomicInteger written = new AtomicInteger();
            await().atMost(PATIENCE).until(() -> {
                broker.write("threads", 1, Exposures.events("other", written.getAndAdd(10), 10));
                assertThat(service.health("/liveness")).isEqualTo(200);
                return service.counted("other") >= 200;
            });
            assertThat(service.state()).isEqualTo("RETRYING");
            assertThat(service.counted("behind"))
                    .as("they wait behind the bad one")
                    .isZero();

            Trouble.FORBIDDEN.mend("threads.dlt");
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(service.counted("behind")).isEqualTo(10);
                assertThat(service.counted("other")).isEqualTo(written.get());
            });
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
            // Once more, if the partition went to the other thread meanwhile.
            assertThat(broker.read("threads.dlt").stream()
                            .map(letter -> List.of(header(letter, "partition"), header(letter, "offset")))
                            .distinct())
                    .hasSize(1);
        }
        assertThat(lines(output, "Publishing dead letters"))
                .as(
                        "when it begins, when it is over, and once more if the threads were sharing out the partitions meanwhile")
                .hasSizeBetween(2, 3);
    }

    private Map<String, String> properties(String topic) {
        Map<String, String> properties = Service.properties(broker, topic, directory);
        return properties;
    }

    private static BigInteger header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new BigInteger(
                letter.headers().lastHeader("kafka_dlt-original-" + name).value());
    }

    private static JsonNode deadLetters(Service service) {
        return service.actuator("health").get("components").get("deadLetters");
    }

    /** A broken line that no compression makes much smaller. */
    private static byte[] bad(int size) {
        byte[] noise = new byte[size];
        new Random(1).nextBytes(noise);
        return ("{\"user_id\":\"secret\",\"noise\":\"" + Base64.getEncoder().encodeToString(noise)).getBytes(UTF_8);
    }

    private static List<String> lines(CapturedOutput output, String... texts) {
        return output.getAll()
                .lines()
                .filter(line -> List.of(texts).stream().allMatch(line::contains))
                .toList();
    }
}
