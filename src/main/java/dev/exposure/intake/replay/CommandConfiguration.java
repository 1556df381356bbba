package dev.exposure.intake.replay;

import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.deadletter.DeadLetterProperties;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Wires only what the command needs: the service's connection to Kafka, but nothing that consumes, counts or listens. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({SslAutoConfiguration.class, KafkaAutoConfiguration.class})
@EnableConfigurationProperties({KafkaProperties.class, DeadLetterProperties.class})
class CommandConfiguration {

    @Bean
    KafkaSettings intakeKafkaSettings(
            KafkaProperties properties, KafkaConnectionDetails connection, Environment environment) {
        return new KafkaSettings(properties, connection, environment);
    }
}
