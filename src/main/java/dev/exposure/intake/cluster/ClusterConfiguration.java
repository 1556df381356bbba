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

    /** Longest wait for one answer of the cluster; rebalance callbacks wait too, so it is well below a session timeout. */
    static final Duration CLUSTER_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration ADMIN_CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** The one admin client of the service; it is injected only by name. */
    @Bean(destroyMethod = "", defaultCandidate = false)
    Admin intakeAdmin(KafkaSettings kafka, ObjectProvider<KafkaJaasLoginModuleInitializer> jaas) {
        // Spring applies spring.kafka.jaas only after all beans exist, but this client logs in before that.
        jaas.ifAvailable(KafkaJaasLoginModuleInitializer::afterSingletonsInstantiated);
        Map<String, Object> settings = kafka.admin();
        // A little longer than our own wait, so that a timeout always has our message.
        settings.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                CLUSTER_TIMEOUT.plusSeconds(1).toMillis());
        // Leaves time to ask another broker when one does not answer.
        settings.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                CLUSTER_TIMEOUT.dividedBy(2).toMillis());
        // If its metadata request is refused (wrong password or certificate for a while), this client fails every call
        // until its metadata is this old and it asks again. Kafka's default is 5 minutes.
        settings.putIfAbsent(AdminClientConfig.METADATA_MAX_AGE_CONFIG, (int) CLUSTER_TIMEOUT.toMillis());
        return LateAdmin.create(settings);
    }

    /** Closes the admin client within a fixed time, even if the cluster does not answer. */
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
