package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.partition.IntakeProperties;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaConsumerFactoryCustomizer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;

/**
 * Forces the consumer properties that the promises depend on, refuses those that would break them, and sets better defaults
 * for the others.
 */
final class ConsumerSettings implements DefaultKafkaConsumerFactoryCustomizer {

    private static final String HEARTBEAT_MILLIS = "1000";

    private final IntakeProperties properties;
    private final String groupId;
    private final PollBudget budget;

    ConsumerSettings(IntakeProperties properties, String groupId, PollBudget budget) {
        this.properties = properties;
        this.groupId = groupId;
        this.budget = budget;
    }

    @Override
    public void customize(DefaultKafkaConsumerFactory<?, ?> factory) {
        Map<String, Object> configured = factory.getConfigurationProperties();
        Object group = configured.get(ConsumerConfig.GROUP_ID_CONFIG);
        if (group == null || group.toString().isBlank()) {
            throw new InvalidConfigurationPropertyValueException(
                    "spring.kafka.consumer.group-id", group, "it must not be empty: positions are kept by group");
        }
        refuse(
                configured,
                ConsumerConfig.GROUP_ID_CONFIG,
                groupId,
                "spring.kafka.consumer.properties.group.id",
                "use spring.kafka.consumer.group-id instead: positions and lag go by it");
        refuse(
                configured,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                "spring.kafka.consumer.auto-offset-reset",
                "only earliest is allowed, or records of new partitions would be lost; where a group starts the first time is"
                        + " said by intake.initial-position (earliest, latest, a duration back, an instant)");
        refuse(
                configured,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                "false",
                "spring.kafka.consumer.enable-auto-commit",
                "only false is allowed: offsets are committed after their records are counted");
        refuse(
                configured,
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                String.valueOf(properties.partitionDetection().toMillis()),
                "spring.kafka.consumer.properties.metadata.max.age.ms",
                "use intake.partition-detection instead, which sets it");
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                Math.toIntExact(properties.partitionDetection().toMillis()));
        if (GroupProtocol.of(configured) == GroupProtocol.CLASSIC) {
            // Members that are not the leader learn of a rebalance by their heartbeat. The consumer protocol refuses
            // these.
            defaultTo(configured, settings, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
            // A new partition is given to one member without stopping the others.
            defaultTo(
                    configured,
                    settings,
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    CooperativeStickyAssignor.class.getName());
        }
        factory.updateConfigs(settings);
        @SuppressWarnings("unchecked") // the type of the deserializer that is set above
        DefaultKafkaConsumerFactory<?, byte[]> ofBytes = (DefaultKafkaConsumerFactory<?, byte[]>) factory;
        ofBytes.setValueDeserializerSupplier(budget::deserializer);
        // What the client refuses fails the start here and now, and not in the background once the brokers are reached.
        new ConsumerConfig(factory.getConfigurationProperties());
    }

    private static void refuse(
            Map<String, Object> configured, String key, String allowed, String property, String explanation) {
        Object value = configured.get(key);
        if (value != null && !value.toString().strip().equalsIgnoreCase(allowed)) {
            throw new InvalidConfigurationPropertyValueException(property, value, explanation);
        }
    }

    private static void defaultTo(
            Map<String, Object> configured, Map<String, Object> settings, String key, Object value) {
        if (!configured.containsKey(key)) {
            settings.put(key, value);
        }
    }
}
