package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.RestartIT.SinkWrapper;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Poison;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;

/** Poison of every kind between good records, while the sink and the commits fail too: each letter once, and as it came. */
@ExtendWith(OutputCaptureExtension.class)
class PoisonIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 3;
    private static final long TIMESTAMP = 1_600_000_000_000L;
    private static final List<Poison> POISON = Poison.all();

    private static final AtomicInteger WRITES_TO_FAIL = new AtomicInteger();
    private static final AtomicInteger COMMITS_TO_FAIL = new AtomicInteger();

    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void poisonOfEveryKindIsDeadLetteredOnceAsItCameAlthoughSinkAndCommitsFail(CapturedOutput output) {
        long begin = System.currentTimeMillis();
        broker.createTopic("poison", PARTITIONS);
        write();
        WRITES_TO_FAIL.set(3);
        COMMITS_TO_FAIL.set(3);
        Map<String, String> properties = Service.properties(broker, "poison", directory);
        properties.put("intake.format.max-line-size", Poison.MAX_LINE_BYTES + "B");
        properties.put("spring.kafka.listener.idle-event-interval", "1s"); // when a commit is tried again
        try (Service service = Service.start(properties, FailsNowAndThen.class)) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                awaitCommit(partition, 2L * POISON.size());
            }
            assertThat(WRITES_TO_FAIL.get()).isNotPositive();
            assertThat(COMMITS_TO_FAIL.get()).isNotPositive();
            assertThat(service.counted("good")).isEqualTo((long) PARTITIONS * POISON.size());
            for (String reason : POISON.stream().map(Poison::reason).distinct().toList()) {
                long expected = PARTITIONS
                        * POISON.stream()
                                .filter(poison -> poison.reason().equals(reason))
                                .count();
                assertThat(service.metric("intake_dead_letters_total{reason=\"" + reason + "\"}"))
                        .as(reason)
                        .isEqualTo(expected);
            }
            assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                    .isEqualTo(PARTITIONS * POISON.size());
        }
        COMMITS_TO_FAIL.set(Integer.MAX_VALUE); // none goes through, not even on stopping
        try (Service service = Service.start(properties, FailsNowAndThen.class)) {
            broker.write("poison", 0, List.of("{".getBytes(UTF_8)));
            broker.write("poison", 0, Exposures.events("late", 0, 1));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("late")).isEqualTo(1));
        }
        COMMITS_TO_FAIL.set(0);
        try (Service service = Service.start(properties, FailsNowAndThen.class)) {
            broker.write("poison", 0, Exposures.events("later", 0, 1));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("later")).isEqualTo(1));
            assertThat(service.counted("late")).isEqualTo(1);
            awaitCommit(0, 2L * POISON.size() + 3);
        }
        Map<String, ConsumerRecord<byte[], byte[]>> letters = byOrigin(broker.read("poison.dlt"));
        assertThat(letters).hasSize(PARTITIONS * POISON.size() + 1);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (int number = 0; number < POISON.size(); number++) {
                assertLetter(letters.get(partition + "@" + (2 * number + 1)), partition, number, begin);
            }
        }
        assertThat(output.getAll()).doesNotContain("secret");
    }

    /** In each partition, a good record before each bad one. */
    private static void write() {
        try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                for (int number = 0; number < POISON.size(); number++) {
                    byte[] good = Exposures.event("good-" + partition + "-" + number, "good");
                    producer.send(new ProducerRecord<>("poison", partition, null, good));
                    producer.send(POISON.get(number).record("poison", partition, TIMESTAMP + number));
                }
            }
        }
    }

    private static void awaitCommit(int partition, long offset) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(broker.committed("poison", "poison", partition))
                        .isEqualTo(offset));
    }

    private static void assertLetter(ConsumerRecord<byte[], byte[]> letter, int partition, int number, long begin) {
        Poison poison = POISON.get(number);
        assertThat(letter).as("%s in partition %d", poison, partition).isNotNull();
        assertThat(letter.key()).as(poison.name()).isEqualTo(poison.key());
        assertThat(letter.value()).as(poison.name()).isEqualTo(poison.value());
        Header[] headers = letter.headers().toArray();
        int theirs = poison.headers().size();
        assertThat(Arrays.copyOf(headers, theirs))
                .as("headers of '%s', in their order", poison)
                .containsExactlyElementsOf(poison.headers());
        assertThat(Stream.of(headers).skip(theirs).map(Header::key).filter(key -> !key.equals("intake-field")))
                .containsExactly(
                        "kafka_dlt-original-topic",
                        "kafka_dlt-original-partition",
                        "kafka_dlt-original-offset",
                        "kafka_dlt-original-timestamp",
                        "intake-origin",
                        "intake-reason",
                        "intake-detail");
        assertThat(last(letter, "intake-reason").array()).asString(UTF_8).isEqualTo(poison.reason());
        assertThat(last(letter, "intake-detail").array()).asString(UTF_8).doesNotContain("secret");
        assertThat(last(letter, "kafka_dlt-original-timestamp").getLong()).isEqualTo(TIMESTAMP + number);
        assertThat(letter.timestamp()).as("when it was published").isGreaterThanOrEqualTo(begin);
    }

    private static Map<String, ConsumerRecord<byte[], byte[]>> byOrigin(List<ConsumerRecord<byte[], byte[]>> letters) {
        Map<String, ConsumerRecord<byte[], byte[]>> byOrigin = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            String origin = last(letter, "kafka_dlt-original-partition").getInt() + "@"
                    + last(letter, "kafka_dlt-original-offset").getLong();
            assertThat(byOrigin.put(origin, letter))
                    .as("second letter of " + origin)
                    .isNull();
        }
        return byOrigin;
    }

    private static ByteBuffer last(ConsumerRecord<byte[], byte[]> letter, String header) {
        return ByteBuffer.wrap(letter.headers().lastHeader(header).value());
    }

    /** Sink and commits that fail as often as the test says. */
    static class FailsNowAndThen {

        @Bean
        static BeanPostProcessor sinkThatFails() {
            return SinkWrapper.around(sink -> poll -> {
                // A write without records stores where a partition starts.
                boolean hasRecords = poll.stream().anyMatch(records -> records.size() > 0);
                if (hasRecords && WRITES_TO_FAIL.getAndDecrement() > 0) {
                    throw new QueryTimeoutException("away");
                }
                return sink.deliver(poll);
            });
        }

        @Bean
        static BeanPostProcessor commitsThatFail() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    if (bean instanceof DefaultKafkaConsumerFactory<?, ?> factory) {
                        wrap(factory);
                    }
                    return bean;
                }
            };
        }

        private static <K, V> void wrap(DefaultKafkaConsumerFactory<K, V> factory) {
            factory.addPostProcessor(FailsNowAndThen::wrap);
        }

        @SuppressWarnings("unchecked") // the proxy's interface
        private static <K, V> Consumer<K, V> wrap(Consumer<K, V> consumer) {
            return (Consumer<K, V>) Proxy.newProxyInstance(
                    PoisonIT.class.getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("commitSync") && COMMITS_TO_FAIL.getAndDecrement() > 0) {
                            throw new TimeoutException("no coordinator");
                        }
                        try {
                            return method.invoke(consumer, arguments);
                        } catch (InvocationTargetException ex) {
                            throw ex.getCause();
                        }
                    });
        }
    }
}
