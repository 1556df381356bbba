package dev.exposure.intake.cluster;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Protocol by which the members of the group share the partitions. */
public enum GroupProtocol {
    /** Members decide: one of them computes the assignment. */
    CLASSIC,
    /** Brokers decide (KIP-848, Kafka 4.0 or newer). */
    CONSUMER;

    /**
     * Protocol that these consumer properties select; classic unless they say otherwise.
     *
     * @throws InvalidConfigurationPropertyValueException when they name no protocol
     */
    public static GroupProtocol of(Map<String, Object> consumerProperties) {
        Object value = consumerProperties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        if (value == null) {
            return CLASSIC;
        }
        for (GroupProtocol protocol : values()) {
            if (protocol.text().equalsIgnoreCase(value.toString().strip())) {
                return protocol;
            }
        }
        throw new InvalidConfigurationPropertyValueException(
                "spring.kafka.consumer.properties.group.protocol", value, "use classic (the default) or consumer");
    }

    /** Name as Kafka spells it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
