package dev.exposure.intake.connect;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Has all Kafka clients follow the files of their SSL bundles. */
@Configuration(proxyBeanMethods = false)
class ConnectConfiguration {

    @Bean
    static BeanPostProcessor followedConnections(ObjectProvider<SslBundles> bundles) {
        return new BeanPostProcessor() {

            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof KafkaConnectionDetails connection
                        ? new FollowedConnection(connection, bundles.getObject())
                        : bean;
            }
        };
    }
}
