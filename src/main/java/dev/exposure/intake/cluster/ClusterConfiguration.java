package dev.exposure.intake.cluster;

import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.partition.ConsumerGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.security.jaas.KafkaJaasLoginModuleInitializer;

/** Wires the service's own admin client, and what asks the cluster with it. */
@AutoConfiguration
class ClusterConfiguration {

    /** Longest wait for one answer of the cluster; asked within rebalance callbacks too, so well below a session timeout. */
    static final Duration CLUSTER_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration ADMIN_CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** The one admin client of the service; only what asks for it by name gets it. */
    @Bean(destroyMethod = "", defaultCandidate = false)
    Admin intakeAdmin(KafkaSettings kafka, ObjectProvider<KafkaJaasLoginModuleInitializer> jaas) {
        // What spring.kafka.jaas says would be known only after all beans are there; this one logs in before.
        jaas.ifAvailable(KafkaJaasLoginModuleInitializer::afterSingletonsInstantiated);
        Map<String, Object> settings = kafka.admin();
        // A little longer than we wait, so that the reason of a timeout is always the same one: ours.
        settings.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                CLUSTER_TIMEOUT.plusSeconds(1).toMillis());
        settings.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) CLUSTER_TIMEOUT.toMillis());
        // Once its metadata is refused (a password or certificate that does not fit for a while), this client fails
        // every call until what it has is this old, by Kafka's default 5 minutes, and it asks again.
        settings.putIfAbsent(AdminClientConfig.METADATA_MAX_AGE_CONFIG, (int) CLUSTER_TIMEOUT.toMillis());
        return Admin.create(settings);
    }

    /** Closes the admin client, in a time that does not depend on whether the cluster answers. */
    @Bean
    DisposableBean intakeAdminCloser(@Qualifier("intakeAdmin") Admin admin) {
        return () -> admin.close(ADMIN_CLOSE_TIMEOUT);
    }

    @Bean
    ClusterReader intakeClusterReader(@Qualifier("intakeAdmin") Admin admin, ConsumerGroup group, Clock clock) {
        return new ClusterReader(admin, group.id(), CLUSTER_TIMEOUT, clock);
    }

    @Bean
    GroupProtocol intakeGroupProtocol(KafkaSettings kafka) {
        return GroupProtocol.of(kafka.consumer());
    }

    @Bean
    BrokerCheck intakeBrokerCheck(
            @Qualifier("intakeAdmin") Admin admin, ClusterReader cluster, GroupProtocol protocol) {
        return new BrokerCheck(admin, cluster, protocol);
    }

    @Bean
    GroupOwners intakeGroupOwners(@Qualifier("intakeAdmin") Admin admin, ClusterReader cluster, ConsumerGroup group) {
        return new GroupOwners(admin, cluster, group.id());
    }
}
