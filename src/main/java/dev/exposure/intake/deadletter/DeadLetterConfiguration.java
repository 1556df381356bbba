package dev.exposure.intake.deadletter;

import static java.util.Map.entry;

import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.outage.EventLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.MicrometerProducerListener;
import org.springframework.kafka.core.ProducerFactory;

/** Wires the publisher of dead letters and its own producer. */
@AutoConfiguration
@EnableConfigurationProperties(DeadLetterProperties.class)
class DeadLetterConfiguration {

    private static final int DELIVERY_TIMEOUT_MILLIS = 30_000;
    private static final int WAIT_MILLIS = DELIVERY_TIMEOUT_MILLIS + 5_000;

    /** Added to the producer's buffer, so that a record of the largest allowed size fits. */
    private static final long BATCH_OVERHEAD = 1024 * 1024;

    /**
     * Settings that the promise depends on. Zstd, because the original may have come in a compressed batch, and the
     * topic limits the compressed size.
     */
    private static final Map<String, Object> FORCED = Map.ofEntries(
            entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd"),
            entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
            entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
            entry(ProducerConfig.ACKS_CONFIG, "all"),
            entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
            entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000),
            entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
            entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS));

    /** The service's own producers; the application's are left as they are. */
    @Bean(defaultCandidate = false)
    DefaultKafkaProducerFactory<byte[], byte[]> intakeDeadLetterProducerFactory(
            KafkaSettings kafka, DeadLetterProperties properties, MeterRegistry registry) {
        Map<String, Object> settings = kafka.producer();
        settings.putAll(FORCED);
        long maxRequestSize = properties.maxRequestSize().toBytes();
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.toIntExact(maxRequestSize));
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, maxRequestSize + BATCH_OVERHEAD);
        DefaultKafkaProducerFactory<byte[], byte[]> factory = new DefaultKafkaProducerFactory<>(settings);
        factory.addListener(new MicrometerProducerListener<>(registry));
        return factory;
    }

    @Bean
    DeadLetterTopics intakeDeadLetterTopics(@Qualifier("intakeAdmin") Admin admin, DeadLetterProperties properties) {
        return new DeadLetterTopics(admin, new DeadLetterRecords(properties.topicSuffix()));
    }

    @Bean
    DeadLetterPublisher intakeDeadLetterPublisher(
            @Qualifier("intakeDeadLetterProducerFactory") ProducerFactory<byte[], byte[]> producers,
            DeadLetterProperties properties,
            EventLog events,
            MeterRegistry registry) {
        DeadLetterRecords records = new DeadLetterRecords(properties.topicSuffix());
        return new DeadLetterPublisher(producers, records, new CutLetters(events, registry), WAIT_MILLIS);
    }
}
