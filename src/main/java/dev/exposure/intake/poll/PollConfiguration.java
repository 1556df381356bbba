package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.BrokerCheck;
import dev.exposure.intake.cluster.GroupOwners;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.deadletter.DeadLetterTopics;
import dev.exposure.intake.decode.ExposureDecoder;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryTimer;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.GroupSeeder;
import dev.exposure.intake.position.LossCheck;
import dev.exposure.intake.position.PartitionStarts;
import dev.exposure.intake.position.PartitionWatch;
import dev.exposure.intake.position.TopicIdCheck;
import dev.exposure.intake.position.Truncations;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.util.backoff.ExponentialBackOff;

/** Wires the poll loop: what a poll goes through, and what starts, pauses and watches it. */
@AutoConfiguration
@EnableConfigurationProperties(IntakeProperties.class)
class PollConfiguration {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration START_RETRY = Duration.ofSeconds(2);
    private static final Duration DEFAULT_MAX_POLL_INTERVAL = Duration.ofMinutes(5);

    /** Topics in the form that the listener's annotation takes. */
    @Bean(defaultCandidate = false)
    String[] intakeTopics(IntakeProperties properties) {
        return properties.topics().toArray(String[]::new);
    }

    @Bean
    ListenerContainer intakeListenerContainer(KafkaListenerEndpointRegistry registry) {
        return new ListenerContainer(registry);
    }

    @Bean
    PauseControl intakePauseControl(
            ListenerContainer container, @Qualifier("intakeTaskScheduler") TaskScheduler scheduler) {
        return new PauseControl(container, scheduler);
    }

    @Bean
    OperatorPause intakeOperatorPause(PauseControl pause, EventLog events) {
        return new OperatorPause(pause, events);
    }

    @Bean
    PollRetry intakePollRetry(PartitionStarts starts, Assignment assignment, PauseControl pause) {
        ExponentialBackOff backOff = new ExponentialBackOff(500, 2);
        backOff.setMaxInterval(15_000);
        backOff.setJitter(100);
        return new PollRetry(starts, assignment, pause, backOff);
    }

    @Bean
    OffsetCommitter intakeOffsetCommitter(Assignment assignment, Clock clock) {
        return new OffsetCommitter(assignment, COMMIT_TIMEOUT, clock);
    }

    @Bean
    DeliveryStep intakeDeliveryStep(Delivery delivery, MeterRegistry registry, Outages outages) {
        return new DeliveryStep(delivery, new DeliveryTimer(registry, delivery.type()), outages);
    }

    @Bean
    IdlePartitions intakeIdlePartitions(
            PartitionStarts starts,
            StartGate gate,
            LossCheck losses,
            DeliveryStep delivery,
            OffsetCommitter committer,
            Outages outages,
            Assignment assignment,
            Clock clock) {
        return new IdlePartitions(starts, gate, losses, delivery, committer, outages, assignment, clock);
    }

    @Bean
    OutcomeMeters intakeOutcomeMeters(MeterRegistry registry) {
        return new OutcomeMeters(registry);
    }

    @Bean
    SoleMember intakeSoleMember(
            Delivery sink,
            GroupOwners group,
            ListenerContainer container,
            ConsumerGroup consumerGroup,
            KafkaSettings kafka) {
        Object instanceId = kafka.consumer().get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        return new SoleMember(
                sink,
                group,
                container::clientIds,
                consumerGroup.id(),
                instanceId == null ? null : instanceId.toString());
    }

    @Bean
    StartGate intakeStartGate(
            SoleMember members,
            PartitionStarts starts,
            TopicIdCheck logs,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            Outages outages) {
        return new StartGate(members, starts, logs, committer, deadLetters, outages);
    }

    @Bean
    ExposureListener exposureListener(
            PollBudget budget,
            StartGate gate,
            LossCheck losses,
            Truncations truncations,
            ExposureDecoder decoder,
            DeadLetterPublisher deadLetters,
            DeliveryStep delivery,
            OffsetCommitter committer,
            Outages outages,
            PollRetry retry,
            IdlePartitions quiet,
            Assignment assignment,
            OutcomeMeters meters) {
        return new ExposureListener(
                budget,
                gate,
                losses,
                truncations,
                new PollDecoder(decoder, assignment),
                deadLetters,
                delivery,
                committer,
                outages,
                retry,
                quiet,
                assignment,
                meters);
    }

    @Bean
    IntakeStarter intakeStarter(
            Delivery sink,
            BrokerCheck brokers,
            GroupSeeder seeder,
            SoleMember members,
            DeadLetterTopics deadLetterTopics,
            IntakeProperties properties,
            PartitionWatch watch,
            ListenerContainer container,
            GroupProtocol protocol,
            Outages outages,
            @Qualifier("intakeTaskScheduler") TaskScheduler scheduler) {
        return new IntakeStarter(
                sink,
                brokers,
                seeder,
                members,
                () -> deadLetterTopics.check(properties.topics()),
                watch,
                container,
                protocol,
                outages,
                scheduler,
                START_RETRY);
    }

    @Bean
    Consumption intakeConsumption(
            IntakeStarter starter,
            ListenerContainer container,
            PauseControl pause,
            Outages outages,
            PartitionWatch watch,
            Assignment assignment,
            KafkaSettings kafka,
            OutcomeMeters meters) {
        Consumption consumption = new Consumption(
                starter, container, pause, outages, watch, assignment, maxPollInterval(kafka.consumer()));
        meters.watch(
                () -> outages.current().stream().noneMatch(outage -> outage.stage() == Outage.Stage.PROCESSOR),
                () -> outages.current().stream().noneMatch(outage -> outage.stage() == Outage.Stage.SINK),
                consumption::isKafkaAnswering,
                pause::isPausedByOperator);
        return consumption;
    }

    private static Duration maxPollInterval(Map<String, Object> consumer) {
        Object millis = consumer.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        return millis == null ? DEFAULT_MAX_POLL_INTERVAL : Duration.ofMillis(Long.parseLong(millis.toString()));
    }
}
