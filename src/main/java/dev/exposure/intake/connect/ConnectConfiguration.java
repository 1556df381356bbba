package dev.exposure.intake.connect;

import dev.exposure.intake.partition.ConsumerGroup;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Wires the settings of the service's Kafka clients. The clients follow changes in the files of their SSL bundles. */
@AutoConfiguration(after = KafkaAutoConfiguration.class)
@EnableConfigurationProperties(KafkaProperties.class)
class ConnectConfiguration {

    @Bean
    KafkaSettings intakeKafkaSettings(
            KafkaProperties properties,
            KafkaConnectionDetails connection,
            ObjectProvider<SslBundles> bundles,
            Environment environment) {
        NativeLz4.load();
        SslBundles registered = bundles.getIfAvailable();
        KafkaConnectionDetails followed =
                registered == null ? connection : new FollowedConnection(connection, registered);
        return new KafkaSettings(properties, followed, environment);
    }

    @Bean
    ConsumerGroup intakeConsumerGroup(KafkaSettings settings) {
        return new ConsumerGroup(settings.groupId());
    }

    @Bean
    static RefusedLoginFilter intakeRefusedLoginFilter() {
        return new RefusedLoginFilter();
    }
}
