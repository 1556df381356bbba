package dev.exposure.intake.deadletter;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.ProducerFactory;

/** Wires the dead-letter fixture. */
@Configuration(proxyBeanMethods = false)
class DeadLetterConfiguration {

    private static final int DELIVERY_TIMEOUT_MILLIS = 30_000;
    private static final int WAIT_MILLIS = DELIVERY_TIMEOUT_MILLIS + 5_000;

    /**
     * Forces what the promise depends on. A dead letter is as large as the record it was made of, so the producer's own
     * limit must not be the one that stops it: the topic's {@code max.message.bytes} is.
     */
    @Bean
    DefaultKafkaProducerFactoryCustomizer deadLetterProducer() {
        // The original may have come in a compressed batch, and the topic's limit counts what is written.
        return factory -> factory.updateConfigs(Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                64 * 1024 * 1024,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                64L * 1024 * 1024,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                10_000,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                10_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                DELIVERY_TIMEOUT_MILLIS));
    }

    @Bean
    DeadLetterTopics deadLetterTopics(Admin admin, DeadLetterProperties properties) {
        return new DeadLetterTopics(admin, new DeadLetterRecords(properties.topicSuffix()));
    }

    @Bean
    DeadLetterPublisher deadLetterPublisher(
            DefaultKafkaProducerFactory<?, ?> factory, DeadLetterProperties properties) {
        @SuppressWarnings("unchecked") // the serializers are set above
        ProducerFactory<byte[], byte[]> producers = (ProducerFactory<byte[], byte[]>) factory;
        return new DeadLetterPublisher(producers, new DeadLetterRecords(properties.topicSuffix()), WAIT_MILLIS);
    }
}
