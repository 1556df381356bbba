package dev.exposure.intake.actuate;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which metrics are shown.
 *
 * @param clientPartitions whether to show the Kafka client's own metrics of each partition too: six more series for each
 *     owned partition
 */
@ConfigurationProperties("intake.metrics")
record MetricsProperties(@DefaultValue("false") boolean clientPartitions) {}
