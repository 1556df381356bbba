package dev.exposure.intake.consumer;

import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.partition.IntakeProperties;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Forces the consumer properties that the promises depend on, refuses those that would break them, and sets better defaults
 * for the others.
 */
final class ConsumerSettings {

    private static final String HEARTBEAT_MILLIS = "1000";

    /** For so long, nobody reads the partitions of a killed instance; the client's default is 45 s. */
    private static final String SESSION_TIMEOUT_MILLIS = "10000";

    /**
     * The container asks for the position of each new partition within the rebalance callback. Until the answer, none of the
     * consumer's partitions is read; with the client's default that could last 60 s.
     */
    private static final int API_TIMEOUT_MILLIS = 5_000;

    private final IntakeProperties properties;
    private final PollProperties poll;
    private final String groupId;

    /**
     * Settings of the consumers of one group.
     *
     * @param groupId configured group; must not be blank
     */
    ConsumerSettings(IntakeProperties properties, PollProperties poll, String groupId) {
        this.properties = properties;
        this.poll = poll;
        this.groupId = groupId;
    }

    /**
     * Completed copy of the configured properties.
     *
     * @throws InvalidConfigurationPropertyValueException for a property with a value that is not allowed
     * @throws org.apache.kafka.common.config.ConfigException for what the client refuses
     */
    Map<String, Object> complete(Map<String, Object> configured) {
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
                "only earliest is allowed, or records of new partitions would be lost; intake.initial-position sets where a"
                        + " group starts the first time (earliest, latest, a duration back, an instant)");
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
        refuse(
                configured,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                String.valueOf(poll.maxRecords()),
                "spring.kafka.consumer.max-poll-records",
                "use intake.poll.max-records instead, which sets it");
        Map<String, Object> settings = new HashMap<>(configured);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, poll.maxRecords());
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                Math.toIntExact(properties.partitionDetection().toMillis()));
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MILLIS);
        if (GroupProtocol.of(configured) == GroupProtocol.CLASSIC) {
            // The consumer protocol refuses these.
            if (!settings.containsKey(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG)
                    && !settings.containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG)) {
                // Otherwise the client's default stays: a shorter session may not fit the configured heartbeats, and a
                // static member has to come back within it.
                settings.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
            }
            // Members that are not the leader learn of a rebalance by their heartbeat.
            settings.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
            // A new partition is given to one member without stopping the others.
            settings.putIfAbsent(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        }
        // What the client refuses fails the start here, and not later in the background when the brokers answer.
        new ConsumerConfig(settings);
        return settings;
    }

    private static void refuse(
            Map<String, Object> configured, String key, String allowed, String property, String explanation) {
        Object value = configured.get(key);
        if (value != null && !value.toString().strip().equalsIgnoreCase(allowed)) {
            throw new InvalidConfigurationPropertyValueException(property, value, explanation);
        }
    }
}
