package dev.exposure.intake.actuate;

import dev.exposure.intake.connect.KafkaSettings;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Keeps a scrape small: leaves out the per-partition meters of the service's Kafka clients unless they are asked for. They
 * would be more than all others together. Our own meters show lag too, and are removed with the partition.
 */
@AutoConfiguration
@EnableConfigurationProperties(MetricsProperties.class)
class ClientMetersConfiguration {

    private static final String CLIENT = "kafka.";

    @Bean
    static MeterFilter intakeClientPartitionMeters(MetricsProperties properties, KafkaSettings kafka) {
        String clientId = kafka.clientId();
        return MeterFilter.deny(id -> !properties.clientPartitions() && isOfOnePartition(id, clientId));
    }

    private static boolean isOfOnePartition(Meter.Id id, String clientId) {
        String client = id.getTag("client.id");
        return id.getName().startsWith(CLIENT)
                && id.getTag("partition") != null
                && client != null
                && client.startsWith(clientId);
    }
}
