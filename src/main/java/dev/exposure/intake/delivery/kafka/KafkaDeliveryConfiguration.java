package dev.exposure.intake.delivery.kafka;

import static java.util.Map.entry;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.count.CountConfiguration;
import dev.exposure.intake.delivery.DedupeProperties;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryProperties;
import dev.exposure.intake.delivery.OnDelivery;
import dev.exposure.intake.delivery.ProcessorProperties;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.process.ExposureProcessor;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.MicrometerProducerListener;
import org.springframework.kafka.core.ProducerFactory;

/** Wires the delivery without a database; evaluated before the counting, which needs one. */
@AutoConfiguration(before = CountConfiguration.class)
@Conditional(OnDelivery.Kafka.class)
@EnableConfigurationProperties({
    DeliveryProperties.class,
    ProcessorProperties.class,
    DedupeProperties.class,
    IntakeProperties.class
})
class KafkaDeliveryConfiguration {

    private static final Duration CLUSTER_TIMEOUT = Duration.ofSeconds(5);

    /** How much longer a transaction may last than the call of the processor within it. */
    private static final Duration COMMIT_TIME = Duration.ofSeconds(8);

    /** Settings that the promise depends on. */
    private static final Map<String, Object> FORCED = Map.ofEntries(
            entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
            entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
            entry(ProducerConfig.ACKS_CONFIG, "all"),
            entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
            entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000));

    /**
     * Makes transactional producers, one for each consumer thread at a time. Their ids differ at each start, because the
     * group, not the id, keeps a former owner out. The brokers end a killed instance's open transaction after its timeout;
     * until then its partitions wait.
     */
    @Bean(defaultCandidate = false)
    DefaultKafkaProducerFactory<byte[], byte[]> intakeTransactionProducerFactory(
            KafkaSettings kafka, ProcessorProperties limits, ConsumerGroup group, MeterRegistry registry) {
        Map<String, Object> settings = kafka.producer();
        settings.putAll(FORCED);
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        int limit = Math.toIntExact(limits.timeout().plus(COMMIT_TIME).toMillis());
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, limit);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, limit);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) COMMIT_TIME.toMillis());
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group.id() + "-" + UUID.randomUUID() + "-");
        DefaultKafkaProducerFactory<byte[], byte[]> factory = new DefaultKafkaProducerFactory<>(settings);
        factory.addListener(new MicrometerProducerListener<>(registry));
        return factory;
    }

    /** Template for a processor's writes, within the transaction of the delivery that calls it. */
    @Bean(defaultCandidate = false)
    KafkaTemplate<byte[], byte[]> intakeKafkaTemplate(
            @Qualifier("intakeTransactionProducerFactory") ProducerFactory<byte[], byte[]> producers) {
        KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(producers);
        template.setProducerListener(null); // it would log what is sent; the commit tells what fails
        return template;
    }

    @Bean
    @ConditionalOnMissingBean(ExposureProcessor.class)
    PartialCounts intakePartialCounts(
            @Qualifier("intakeKafkaTemplate") KafkaOperations<byte[], byte[]> operations,
            DeliveryProperties properties) {
        return new PartialCounts(operations, properties.kafka().topic());
    }

    @Bean
    @ConditionalOnMissingBean(Delivery.class)
    KafkaDelivery intakeDelivery(
            @Qualifier("intakeKafkaTemplate") KafkaOperations<byte[], byte[]> operations,
            ClusterReader cluster,
            ExposureProcessor processor,
            DeliveryProperties properties,
            ProcessorProperties limits,
            DedupeProperties dedupe,
            IntakeProperties intake,
            Outages outages) {
        String topic = properties.kafka().topic();
        if (!dedupe.window().isZero()) {
            throw new InvalidConfigurationPropertyValueException(
                    "intake.dedupe.window",
                    dedupe.window(),
                    "Allowed with intake.delivery.type=kafka: 0 (off). Have the engine that adds the results up drop duplicates,"
                            + " by exposure_id.");
        }
        if (intake.topics().contains(topic)) {
            throw new InvalidConfigurationPropertyValueException(
                    "intake.delivery.kafka.topic", topic, "It must not be one of intake.topics, which are read.");
        }
        return new KafkaDelivery(operations, cluster, processor, topic, CLUSTER_TIMEOUT, limits.timeout(), outages);
    }
}
