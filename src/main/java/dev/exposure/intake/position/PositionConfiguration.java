package dev.exposure.intake.position;

import dev.exposure.intake.sink.ExposureSink;
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

/** Wires the position room. */
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
    AssignmentBook assignmentBook(Clock clock) {
        return new AssignmentBook(clock);
    }

    @Bean
    PartitionSightings partitionSightings(Clock clock, EventLog events) {
        return new PartitionSightings(clock, events);
    }

    @Bean
    InitialPins initialPins() {
        return new InitialPins();
    }

    @Bean
    PositionMeters positionMeters(MeterRegistry registry, AssignmentBook book, IntakeProperties properties) {
        return new PositionMeters(registry, book, properties.topics());
    }

    @Bean
    StartAnnouncer startAnnouncer(EventLog events, PositionMeters meters) {
        return new StartAnnouncer(events, meters);
    }

    @Bean
    LossCheck lossCheck(ClusterReader cluster, AssignmentBook book, StartAnnouncer announcer) {
        return new LossCheck(cluster, book, announcer);
    }

    @Bean
    LogEnds logEnds() {
        return new LogEnds();
    }

    @Bean
    Truncations truncations(AssignmentBook book, LogEnds ends, StartAnnouncer announcer) {
        return new Truncations(book, ends, announcer);
    }

    @Bean
    LogCheck logCheck(ClusterReader cluster, AssignmentBook book) {
        return new LogCheck(cluster, book);
    }

    @Bean
    AssignmentGuard assignmentGuard(
            ClusterReader cluster,
            ExposureSink sink,
            InitialPins pins,
            AssignmentBook book,
            PartitionSightings sightings,
            StartAnnouncer announcer,
            Clock clock) {
        return new AssignmentGuard(
                new FactFinder(cluster, sink, pins), sink, book, sightings, announcer, CLUSTER_TIMEOUT, clock);
    }

    @Bean
    GroupSeeder groupSeeder(
            Admin admin,
            ClusterReader cluster,
            @Value("${spring.kafka.consumer.group-id}") String groupId,
            IntakeProperties properties,
            ExposureSink sink,
            PartitionSightings sightings,
            InitialPins pins,
            EventLog events,
            Clock clock) {
        return new GroupSeeder(admin, cluster, groupId, properties, sink, sightings, pins, events, clock);
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
            PartitionSightings sightings,
            AssignmentGuard guard,
            EventLog events,
            Clock clock) {
        return new PartitionWatch(cluster, owners, properties, sightings, guard, events, clock);
    }
}
