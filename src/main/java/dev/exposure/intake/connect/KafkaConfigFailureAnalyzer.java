package dev.exposure.intake.connect;

import org.apache.kafka.common.config.ConfigException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows what Kafka's client says of a property that it refuses, without the stack trace around it. */
class KafkaConfigFailureAnalyzer extends AbstractFailureAnalyzer<ConfigException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigException cause) {
        return new FailureAnalysis(
                "The Kafka client refuses its configuration: " + cause.getMessage(),
                "Correct spring.kafka.bootstrap-servers or the property named above (spring.kafka.properties.*,"
                        + " spring.kafka.consumer.properties.*).",
                cause);
    }
}
