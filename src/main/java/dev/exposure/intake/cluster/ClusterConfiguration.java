package dev.exposure.intake.cluster;

import dev.exposure.intake.connect.BrokerAddresses;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.connect.LateAdmin;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.partition.IntakeProperties;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.security.jaas.KafkaJaasLoginModuleInitializer;
import org.springframework.scheduling.TaskScheduler;

/** Wires the service's own admin client, and what asks the cluster with it. */
@AutoConfiguration
@EnableConfigurationProperties(IntakeProperties.class)
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
        // So that a question that a broker leaves unanswered can still be put to another one.
        settings.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                CLUSTER_TIMEOUT.dividedBy(2).toMillis());
        // Once its metadata is refused (a password or certificate that does not fit for a while), this client fails
        // every call until what it has is this old, by Kafka's default 5 minutes, and it asks again.
        settings.putIfAbsent(AdminClientConfig.METADATA_MAX_AGE_CONFIG, (int) CLUSTER_TIMEOUT.toMillis());
        return LateAdmin.create(settings);
    }

    /** Closes the admin client, in a time that does not depend on whether the cluster answers. */
    @Bean
    DisposableBean intakeAdminCloser(@Qualifier("intakeAdmin") Admin admin) {
        return () -> admin.close(ADMIN_CLOSE_TIMEOUT);
    }

    @Bean
    ClusterReader intakeClusterReader(@Qualifier("intakeAdmin") Admin admin, ConsumerGroup group) {
        return new ClusterReader(admin, group.id(), System::nanoTime);
    }

    @Bean
    GroupProtocol intakeGroupProtocol(KafkaSettings kafka) {
        return GroupProtocol.of(kafka.consumer());
    }

    @Bean
    BrokerCheck intakeBrokerCheck(
            @Qualifier("intakeAdmin") Admin admin, GroupProtocol protocol, MetadataUpdates updates) {
        return new BrokerCheck(admin, CLUSTER_TIMEOUT, protocol, updates);
    }

    @Bean
    MetadataUpdates intakeMetadataUpdates() {
        return new MetadataUpdates();
    }

    @Bean
    BrokerAddresses intakeBrokerAddresses(KafkaSettings kafka, IntakeProperties properties) {
        return new BrokerAddresses(kafka::consumer, properties.topics(), System::nanoTime);
    }

    @Bean
    ClusterSampler intakeClusterSampler(
            ClusterReader cluster,
            BrokerAddresses addresses,
            IntakeProperties properties,
            @Qualifier("intakeTaskScheduler") TaskScheduler scheduler) {
        return new ClusterSampler(
                cluster, addresses, properties.topics(), CLUSTER_TIMEOUT, properties.partitionDetection(), scheduler);
    }
}
