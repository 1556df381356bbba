package dev.exposure.intake.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.testing.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** What the client does when a deserializer throws: on this the bound of a poll in bytes depends. */
class PollBudgetIT {

    private static final int RECORD = 10_000;
    private static final int LIMIT = 64 * 1024;
    private static final TestBroker broker = TestBroker.shared();

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void pollEndsBeforeItsBytesExceedTheLimitAndTheNextGoesOnWithTheSameRecord(String protocol) {
        String topic = "bytes-" + protocol;
        write(topic);
        PollBudget budget = new PollBudget(DataSize.ofBytes(LIMIT));
        List<Long> polls = new ArrayList<>();
        TreeSet<String> places = new TreeSet<>();
        int records = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, protocol, budget)) {
            while (records < 301) {
                ConsumerRecords<byte[], byte[]> poll = consumer.poll(Duration.ofSeconds(1));
                budget.renew();
                long bytes = 0;
                for (ConsumerRecord<byte[], byte[]> record : poll) {
                    bytes += record.value().length;
                    places.add(record.partition() + "@" + record.offset());
                }
                records += poll.count();
                polls.add(bytes);
            }
        }

        assertThat(records).as("each once").isEqualTo(301);
        assertThat(places).hasSize(301);
        assertThat(polls)
                .filteredOn(bytes -> bytes > LIMIT)
                .as("the one that fits nowhere")
                .containsExactly(2L * LIMIT);
        assertThat(polls).filteredOn(bytes -> bytes > LIMIT - RECORD).hasSizeGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void consumerGoesOnWhenNobodyRenewsTheBudget(String protocol) {
        String topic = "forgotten-" + protocol;
        write(topic);
        PollBudget budget = new PollBudget(DataSize.ofBytes(LIMIT));
        int records = 0;
        int failures = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, protocol, budget)) {
            while (records < 301) {
                try {
                    records += consumer.poll(Duration.ofSeconds(1)).count();
                } catch (RecordDeserializationException ex) {
                    failures++;
                }
            }
        }
        assertThat(records).isEqualTo(301);
        assertThat(failures).as("a poll now and then").isBetween(1, 301 / 2);
    }

    @ParameterizedTest
    @CsvSource({"classic, key", "classic, header", "consumer, key", "consumer, header"})
    void keysAndHeadersAreBytesOfAPollToo(String protocol, String part) {
        String topic = part + "s-" + protocol;
        broker.createBareTopic(topic, 1);
        try (Producer<byte[], byte[]> producer = broker.producer(Map.of("compression.type", "zstd"))) {
            for (int i = 0; i < 100; i++) {
                byte[] bytes = new byte[RECORD];
                List<Header> headers = part.equals("header") ? List.of(new RecordHeader("h", bytes)) : List.of();
                producer.send(new ProducerRecord<>(
                        topic, 0, part.equals("key") ? bytes : null, new byte[] {(byte) i}, headers));
            }
        }
        PollBudget budget = new PollBudget(DataSize.ofBytes(LIMIT));
        List<Integer> polls = new ArrayList<>();
        int records = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, protocol, budget)) {
            while (records < 100) {
                int count = consumer.poll(Duration.ofSeconds(1)).count();
                budget.renew();
                records += count;
                polls.add(count);
            }
        }

        assertThat(records).isEqualTo(100);
        assertThat(polls).allMatch(count -> count <= LIMIT / RECORD).hasSizeGreaterThan(100 * RECORD / LIMIT);
    }

    /** A hundred records in each of three partitions, and one larger than the limit. */
    private static void write(String topic) {
        broker.createBareTopic(topic, 3);
        for (int partition = 0; partition < 3; partition++) {
            broker.write(
                    topic,
                    partition,
                    IntStream.range(0, 100).mapToObj(i -> new byte[RECORD]).toList());
        }
        broker.write(topic, 1, List.of(new byte[2 * LIMIT]));
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String topic, String protocol, PollBudget budget) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        topic,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        protocol,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                budget.deserializer(),
                budget.deserializer());
        consumer.subscribe(List.of(topic));
        return consumer;
    }
}
