package com.example.sums;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.IntakeApplication;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;

/** From exposures to sums: what two instances of this application add up is what was written. */
@EmbeddedKafka(
        partitions = 4,
        topics = {"ad-exposure", "ad-exposure.dlt", SumTopology.COUNTS, SumTopology.SUMS},
        brokerProperties = {
            "offsets.topic.num.partitions=1",
            "group.initial.rebalance.delay.ms=0",
            "transaction.state.log.num.partitions=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1"
        })
class SumTests {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int ADS = 7;
    private static final int PRICE = 1_500;
    private static final long MINUTE = 1_790_000_040_000L;

    @TempDir
    private Path folder;

    private final Map<String, Long> written = new HashMap<>();
    private int next;

    @Test
    void sumsAreWhatWasWrittenWhileInstancesComeAndGoAndTheTopicGrows(EmbeddedKafkaBroker broker) throws Exception {
        String brokers = broker.getBrokersAsString();
        try (ConfigurableApplicationContext service = startService(brokers);
                KafkaStreams first = start(brokers, "first")) {
            KafkaStreams second = start(brokers, "second");
            write(brokers, 4, 5_000);
            awaitSums(brokers);

            second.close(); // its partitions, and their state, go to the first
            grow(brokers, 6);
            write(brokers, 6, 5_000);
            awaitSums(brokers);

            try (KafkaStreams again = start(brokers, "second")) {
                write(brokers, 6, 5_000);
                awaitSums(brokers);
                assertThat(again.state().isRunningOrRebalancing()).isTrue();
            }
            assertThat(first.state().isRunningOrRebalancing()).isTrue();
            assertThat(service.isRunning()).isTrue();
        }
    }

    /** The service, with results to Kafka and without any database. */
    private static ConfigurableApplicationContext startService(String brokers) {
        return SpringApplication.run(
                IntakeApplication.class,
                "--spring.kafka.bootstrap-servers=" + brokers,
                "--intake.delivery.type=kafka",
                "--intake.poll.max-records=200",
                "--logging.level.org.apache.kafka=warn",
                "--logging.level.state.change.logger=off", // of the broker, which is in this JVM too
                "--server.address=127.0.0.1",
                "--server.port=0");
    }

    private KafkaStreams start(String brokers, String name) {
        KafkaStreams streams = SumApplication.create(brokers, folder.resolve(name).toString(), 1);
        streams.start();
        return streams;
    }

    private static void grow(String brokers, int partitions) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createPartitions(Map.of("ad-exposure", NewPartitions.increaseTo(partitions)))
                    .all()
                    .get();
        }
    }

    private void write(String brokers, int partitions, int count) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < count; i++) {
                String ad = "ad-" + next % ADS;
                String line = """
                        {"exposure_id":"e-%d","ad_id":"%s","campaign_id":"c","exposed_at":%d,"price_micros":%d}"""
                        .formatted(next, ad, MINUTE + next % 60_000, PRICE);
                producer.send(new ProducerRecord<>("ad-exposure", next % partitions, null, line));
                written.merge(ad, 1L, Long::sum);
                next++;
            }
        }
    }

    private void awaitSums(String brokers) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            Map<String, Sum> sums = newestSums(brokers);
            Map<String, Long> exposures = new HashMap<>();
            sums.values().forEach(sum -> exposures.merge(sum.ad_id(), sum.exposures(), Long::sum));
            assertThat(exposures).isEqualTo(written);
            BigDecimal price = sums.values().stream().map(Sum::price_micros).reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(price).isEqualByComparingTo(BigDecimal.valueOf((long) PRICE * next));
        });
    }

    /** The newest committed record of each key. */
    private static Map<String, Sum> newestSums(String brokers) {
        Map<String, Sum> sums = new HashMap<>();
        try (KafkaConsumer<String, Sum> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new StringDeserializer(),
                new SumSerde().deserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(SumTopology.SUMS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> sums.put(record.key(), record.value()));
            }
        }
        return sums;
    }
}
