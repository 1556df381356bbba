package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.GroupOwners;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.partition.IntakeProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires what decides where each partition starts, and what this instance owns. */
@AutoConfiguration
@EnableConfigurationProperties(IntakeProperties.class)
class PositionConfiguration {

    /** Longest wait for an answer of the cluster within a rebalance callback. */
    static final Duration CLUSTER_TIMEOUT = Duration.ofSeconds(5);

    @Bean
    Assignment intakeAssignment(Clock clock) {
        return new Assignment(clock);
    }

    @Bean
    DiscoveredPartitions intakeDiscoveredPartitions(Clock clock, EventLog events) {
        return new DiscoveredPartitions(clock, events);
    }

    @Bean
    PendingSeeds intakePendingSeeds() {
        return new PendingSeeds();
    }

    @Bean
    PositionMeters intakePositionMeters(MeterRegistry registry, Assignment assignment, IntakeProperties properties) {
        return new PositionMeters(registry, assignment, properties.topics());
    }

    @Bean
    StartReporter intakeStartReporter(EventLog events, PositionMeters meters) {
        return new StartReporter(events, meters);
    }

    @Bean
    LossCheck intakeLossCheck(ClusterReader cluster, Assignment assignment, StartReporter reporter) {
        return new LossCheck(cluster, assignment, reporter);
    }

    @Bean
    LogEnds intakeLogEnds() {
        return new LogEnds();
    }

    @Bean
    Truncations intakeTruncations(Assignment assignment, LogEnds ends, StartReporter reporter) {
        return new Truncations(assignment, ends, reporter);
    }

    @Bean
    TopicIdCheck intakeTopicIdCheck(ClusterReader cluster, Assignment assignment) {
        return new TopicIdCheck(cluster, assignment);
    }

    @Bean
    PartitionStarts intakePartitionStarts(
            ClusterReader cluster,
            Delivery sink,
            PendingSeeds pendingSeeds,
            Assignment assignment,
            DiscoveredPartitions discovered,
            StartReporter reporter,
            Clock clock) {
        return new PartitionStarts(
                new StartFactsReader(cluster, sink, pendingSeeds),
                sink,
                assignment,
                discovered,
                reporter,
                CLUSTER_TIMEOUT,
                clock);
    }

    @Bean
    GroupSeeder intakeGroupSeeder(
            @Qualifier("intakeAdmin") Admin admin,
            ClusterReader cluster,
            ConsumerGroup group,
            IntakeProperties properties,
            Delivery sink,
            DiscoveredPartitions discovered,
            PendingSeeds pendingSeeds,
            EventLog events,
            Clock clock) {
        return new GroupSeeder(admin, cluster, group.id(), properties, sink, discovered, pendingSeeds, events, clock);
    }

    @Bean
    PartitionWatch intakePartitionWatch(
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
