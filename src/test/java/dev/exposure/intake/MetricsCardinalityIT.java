package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Scrape;
import dev.exposure.intake.testing.Scrape.Sample;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;

/** What a scrape costs is bounded: so many series for each partition owned, and so many besides. */
@Slow
class MetricsCardinalityIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** A scrape of so many series takes a while to write and to read. */
    private static final Duration SCRAPE_INTERVAL = Duration.ofMillis(500);

    private static final int PARTITIONS = 1_000;

    /** Lag, seconds behind, headroom, committed, log start. */
    private static final int SERIES_OF_A_PARTITION = 6;

    /** The JVM's, the web server's, the pool's, the Kafka client's and our own, however many partitions there are. */
    private static final int OTHER_SERIES = 500;

    private static final ScheduledExecutorService OFTEN = new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
            return super.scheduleAtFixedRate(task, 1, 1, TimeUnit.SECONDS);
        }
    };

    @TempDir
    Path directory;

    @AfterAll
    static void stopLooking() {
        OFTEN.shutdownNow();
    }

    @Test
    void scrapeOfAThousandPartitionsHasSixSeriesForEachAndLosesThemOnRevoke() {
        try (TestBroker broker = TestBroker.start()) {
            broker.createTopic("wide", PARTITIONS);
            writeToEach(broker);
            Map<String, String> properties = Service.properties(broker, "wide", directory);
            properties.put("spring.datasource.url", TestPostgres.url("wide"));
            properties.put("intake.lag.interval", "2s");
            properties.put("intake.partition-detection", "2s");
            try (Service service = Service.start(properties, LooksForMetersOften.class)) {
                await().atMost(PATIENCE)
                        .pollInterval(SCRAPE_INTERVAL)
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(PARTITIONS));
                await().atMost(PATIENCE)
                        .pollInterval(SCRAPE_INTERVAL)
                        .untilAsserted(
                                () -> assertThat(ofPartitions(service)).hasSize(PARTITIONS * SERIES_OF_A_PARTITION));
                // The client's meters of single fetches, all at the same time.
                await().atMost(PATIENCE).pollInterval(SCRAPE_INTERVAL).until(() -> hasClientMetersOfTopics(service));

                print(service);
                assertThat(ofPartitions(service)).hasSize(PARTITIONS * SERIES_OF_A_PARTITION);
                assertThat(Scrape.of(service.prometheus()).samples())
                        .hasSizeLessThan(PARTITIONS * SERIES_OF_A_PARTITION + OTHER_SERIES);

                try (Service second = Service.start(properties)) {
                    await().atMost(PATIENCE)
                            .pollInterval(SCRAPE_INTERVAL)
                            .untilAsserted(() ->
                                    assertThat(ofPartitions(service)).hasSize(PARTITIONS / 2 * SERIES_OF_A_PARTITION));
                    await().atMost(PATIENCE)
                            .pollInterval(SCRAPE_INTERVAL)
                            .untilAsserted(() ->
                                    assertThat(ofPartitions(second)).hasSize(PARTITIONS / 2 * SERIES_OF_A_PARTITION));
                }
            }
        }
    }

    /** Micrometer looks once a minute for meters that the client has made meanwhile; here it looks each second. */
    static class LooksForMetersOften {

        @Bean
        static BeanPostProcessor looksForMetersOften(ObjectProvider<MeterRegistry> registry) {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    if (bean instanceof DefaultKafkaConsumerFactory<?, ?> factory) {
                        listenTo(factory, registry);
                    }
                    return bean;
                }
            };
        }

        private static <K, V> void listenTo(
                DefaultKafkaConsumerFactory<K, V> factory, ObjectProvider<MeterRegistry> registry) {
            factory.addListener(new ConsumerFactory.Listener<>() {
                @Override
                public void consumerAdded(String id, Consumer<K, V> consumer) {
                    new KafkaClientMetrics(consumer, Tags.of("spring.id", id), OFTEN).bindTo(registry.getObject());
                }
            });
        }
    }

    private static boolean hasClientMetersOfTopics(Service service) {
        return Scrape.of(service.prometheus()).samples().stream()
                .anyMatch(sample -> sample.name().startsWith("kafka_consumer_fetch_manager_")
                        && sample.labels().containsKey("topic"));
    }

    private static void print(Service service) {
        long start = System.nanoTime();
        String text = service.prometheus();
        long millis = (System.nanoTime() - start) / 1_000_000;
        List<Sample> samples = Scrape.of(text).samples();
        System.out.printf(
                "A scrape of %,d partitions: %,d series, %,d of them the Kafka client's, %,d bytes, %d ms%n",
                PARTITIONS,
                samples.size(),
                samples.stream()
                        .filter(sample -> sample.name().startsWith("kafka_"))
                        .count(),
                text.length(),
                millis);
    }

    private static List<Sample> ofPartitions(Service service) {
        return Scrape.of(service.prometheus()).samples().stream()
                .filter(sample -> sample.labels().containsKey("partition"))
                .toList();
    }

    private static void writeToEach(TestBroker broker) {
        try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>(
                        "wide",
                        partition,
                        null,
                        Exposures.events("ad", partition, 1).get(0)));
            }
            producer.flush();
        }
    }
}
