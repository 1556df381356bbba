package dev.exposure.intake.actuate;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Keeps a scrape small: of the Kafka client's meters, those of single partitions are left out unless they are asked for. They
 * would be more than all others together, and what they say of lag is said by our own, which are gone with the partition.
 */
@Configuration(proxyBeanMethods = false)
class ClientMetersConfiguration {

    private static final String CLIENT = "kafka.";

    @Bean
    static MeterFilter clientPartitionMeters(MetricsProperties properties) {
        return MeterFilter.deny(id -> !properties.clientPartitions() && isOfOnePartition(id));
    }

    private static boolean isOfOnePartition(Meter.Id id) {
        return id.getName().startsWith(CLIENT) && id.getTag("partition") != null;
    }
}
