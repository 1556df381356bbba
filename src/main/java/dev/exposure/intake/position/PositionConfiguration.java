package dev.exposure.intake.position;

import dev.exposure.intake.cluster.BrokerCheck;
import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.GroupOwners;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.partition.IntakeProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.security.jaas.KafkaJaasLoginModuleInitializer;

/** Wires the position fixture. */
@Configuration(proxyBeanMethods = false)
class PositionConfiguration {

    /** Longest wait for one answer of the cluster; asked within rebalance callbacks too, so well below a session timeout. */
    static final Duration CLUSTER_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration ADMIN_CLOSE_TIMEOUT = Duration.ofSeconds(2);

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** The one admin client that all rooms share. */
    @Bean(destroyMethod = "")
    Admin intakeAdmin(KafkaAdmin springAdmin, ObjectProvider<KafkaJaasLoginModuleInitializer> jaas) {
        // What spring.kafka.jaas says would be known only after all beans are there; this one logs in before.
        jaas.ifAvailable(KafkaJaasLoginModuleInitializer::afterSingletonsInstantiated);
        Map<String, Object> settings = new HashMap<>(springAdmin.getConfigurationProperties());
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
    DisposableBean adminCloser(Admin admin) {
        return () -> admin.close(ADMIN_CLOSE_TIMEOUT);
    }

    @Bean
    ClusterReader clusterReader(Admin admin, @Value("${spring.kafka.consumer.group-id}") String groupId, Clock clock) {
        return new ClusterReader(admin, groupId, CLUSTER_TIMEOUT, clock);
    }

    @Bean
    GroupProtocol groupProtocol(KafkaProperties properties) {
        return GroupProtocol.of(properties.buildConsumerProperties());
    }

    @Bean
    BrokerCheck brokerCheck(Admin admin, ClusterReader cluster, GroupProtocol protocol) {
        return new BrokerCheck(admin, cluster, protocol);
    }

    @Bean
    EventLog eventLog(Clock clock) {
        return new EventLog(clock);
    }

    @Bean
    Assignment assignmentBook(Clock clock) {
        return new Assignment(clock);
    }

    @Bean
    DiscoveredPartitions partitionSightings(Clock clock, EventLog events) {
        return new DiscoveredPartitions(clock, events);
    }

    @Bean
    PendingSeeds initialPins() {
        return new PendingSeeds();
    }

    @Bean
    PositionMeters positionMeters(MeterRegistry registry, Assignment assignment, IntakeProperties properties) {
        return new PositionMeters(registry, assignment, properties.topics());
    }

    @Bean
    StartReporter startAnnouncer(EventLog events, PositionMeters meters) {
        return new StartReporter(events, meters);
    }

    @Bean
    LossCheck lossCheck(ClusterReader cluster, Assignment assignment, StartReporter announcer) {
        return new LossCheck(cluster, assignment, announcer);
    }

    @Bean
    LogEnds logEnds() {
        return new LogEnds();
    }

    @Bean
    Truncations truncations(Assignment assignment, LogEnds ends, StartReporter announcer) {
        return new Truncations(assignment, ends, announcer);
    }

    @Bean
    TopicIdCheck logCheck(ClusterReader cluster, Assignment assignment) {
        return new TopicIdCheck(cluster, assignment);
    }

    @Bean
    PartitionStarts assignmentGuard(
            ClusterReader cluster,
            Delivery sink,
            PendingSeeds pendingSeeds,
            Assignment assignment,
            DiscoveredPartitions discovered,
            StartReporter announcer,
            Clock clock) {
        return new PartitionStarts(
                new StartFactsReader(cluster, sink, pendingSeeds),
                sink,
                assignment,
                discovered,
                announcer,
                CLUSTER_TIMEOUT,
                clock);
    }

    @Bean
    GroupSeeder groupSeeder(
            Admin admin,
            ClusterReader cluster,
            @Value("${spring.kafka.consumer.group-id}") String groupId,
            IntakeProperties properties,
            Delivery sink,
            DiscoveredPartitions discovered,
            PendingSeeds pendingSeeds,
            EventLog events,
            Clock clock) {
        return new GroupSeeder(admin, cluster, groupId, properties, sink, discovered, pendingSeeds, events, clock);
    }

    @Bean
    GroupOwners groupOwners(
            Admin admin, ClusterReader cluster, @Value("${spring.kafka.consumer.group-id}") String groupId) {
        return new GroupOwners(admin, cluster, groupId);
    }

    @Bean
    PartitionWatch partitionWatch(
            ClusterReader cluster,
            GroupOwners owners,
            IntakeProperties properties,
            DiscoveredPartitions discovered,
            PartitionStarts starts,
            EventLog events,
            Clock clock) {
        return new PartitionWatch(cluster, owners, properties, discovered, starts, events, clock);
    }
}
