package dev.exposure.intake.position;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.ClusterSampler;
import dev.exposure.intake.cluster.MetadataUpdates;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.MissingTopics;
import dev.exposure.intake.outage.Outages;
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
    StartReporter intakeStartReporter(EventLog events, PositionMeters meters, Clock clock) {
        return new StartReporter(events, meters, clock);
    }

    @Bean
    LossCheck intakeLossCheck(ClusterReader cluster, Assignment assignment, StartReporter reporter) {
        return new LossCheck(cluster, CLUSTER_TIMEOUT, assignment, reporter);
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
    TopicIdCheck intakeTopicIdCheck(ClusterReader cluster, Assignment assignment, MetadataUpdates updates) {
        return new TopicIdCheck(cluster, CLUSTER_TIMEOUT, assignment, updates);
    }

    @Bean
    PartitionStarts intakePartitionStarts(
            ClusterReader cluster,
            Delivery sink,
            PendingSeeds pendingSeeds,
            Assignment assignment,
            DiscoveredPartitions discovered,
            StartReporter reporter) {
        return new PartitionStarts(
                new StartFactsReader(cluster, sink, pendingSeeds, discovered),
                sink,
                assignment,
                discovered,
                reporter,
                CLUSTER_TIMEOUT,
                new UndecidedStarts(System::nanoTime));
    }

    @Bean
    MissingTopics intakeMissingTopics(Outages outages, MeterRegistry registry) {
        return new MissingTopics(outages, registry);
    }

    @Bean
    GroupSeeder intakeGroupSeeder(
            @Qualifier("intakeAdmin") Admin admin,
            ClusterReader cluster,
            ConsumerGroup group,
            IntakeProperties properties,
            Delivery sink,
            DiscoveredPartitions discovered,
            MissingTopics missingTopics,
            PendingSeeds pendingSeeds,
            EventLog events,
            Clock clock) {
        return new GroupSeeder(
                admin,
                cluster,
                CLUSTER_TIMEOUT,
                group.id(),
                properties,
                sink,
                discovered,
                missingTopics,
                pendingSeeds,
                events,
                clock);
    }

    @Bean
    PartitionWatch intakePartitionWatch(
            ClusterSampler sampler,
            IntakeProperties properties,
            DiscoveredPartitions discovered,
            MissingTopics missingTopics,
            PartitionStarts starts,
            EventLog events,
            Clock clock) {
        return new PartitionWatch(
                sampler,
                properties.partitionDetection(),
                discovered,
                missingTopics,
                starts,
                events,
                clock,
                System::nanoTime);
    }
}
