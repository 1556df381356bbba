package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.BrokerCheck;
import dev.exposure.intake.cluster.ClusterReader;
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
import dev.exposure.intake.outage.RetryProperties;
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
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.util.backoff.ExponentialBackOff;

/** Wires the poll loop: what a poll goes through, and what starts, pauses and watches it. */
@AutoConfiguration
@EnableConfigurationProperties({IntakeProperties.class, RetryProperties.class})
class PollConfiguration {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration JITTER = Duration.ofMillis(100);
    private static final Duration MEMBERS_TIMEOUT = Duration.ofSeconds(5);
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
    PollRetry intakePollRetry(
            PartitionStarts starts, Assignment assignment, PauseControl pause, Outages outages, RetryProperties retry) {
        return new PollRetry(starts, assignment, pause, outages, backOff(retry));
    }

    private static ExponentialBackOff backOff(RetryProperties retry) {
        ExponentialBackOff backOff = new ExponentialBackOff(FIRST_RETRY.toMillis(), 2);
        backOff.setMaxInterval(retry.maxDelay().toMillis());
        backOff.setJitter(JITTER.toMillis());
        return backOff;
    }

    @Bean
    ContainerRestart intakeContainerRestart(
            ListenerContainer container,
            @Qualifier("intakeTaskScheduler") TaskScheduler scheduler,
            Outages outages,
            RetryProperties retry) {
        return new ContainerRestart(container, scheduler, outages, backOff(retry));
    }

    @Bean
    ClientFailures intakeClientFailures(
            ListenerContainer container, PollRetry retry, Outages outages, ContainerRestart restart) {
        return new ClientFailures(container, retry, outages, restart);
    }

    @Bean
    ErrorExit intakeErrorExit(
            ListenerContainer container,
            Assignment assignment,
            ObjectProvider<ProcessExit> exit,
            ApplicationContext context) {
        return new ErrorExit(container, assignment, exit.getIfAvailable(() -> new ContextExit(context)));
    }

    @Bean
    OffsetCommitter intakeOffsetCommitter(
            Assignment assignment,
            ClientFailures clients,
            Outages outages,
            @Qualifier("intakeNanoTime") LongSupplier nanoTime) {
        CommitNotice notice = new CommitNotice(outages, nanoTime);
        return new OffsetCommitter(assignment, clients, notice, COMMIT_TIMEOUT, nanoTime);
    }

    @Bean
    DeliveryStep intakeDeliveryStep(Delivery delivery, MeterRegistry registry, Outages outages) {
        return new DeliveryStep(delivery, new DeliveryTimer(registry, delivery.type()), outages);
    }

    @Bean
    PollDelivery intakePollDelivery(
            DeadLetterPublisher deadLetters,
            LossCheck losses,
            DeliveryStep delivery,
            Truncations truncations,
            Assignment assignment,
            OutcomeMeters meters,
            Outages outages) {
        return new PollDelivery(deadLetters, losses, delivery, truncations, assignment, meters, outages);
    }

    @Bean
    IdlePartitions intakeIdlePartitions(
            PartitionStarts starts,
            PollStarts pollStarts,
            PollDelivery delivery,
            OffsetCommitter committer,
            Outages outages,
            Assignment assignment,
            @Qualifier("intakeNanoTime") LongSupplier nanoTime) {
        return new IdlePartitions(starts, pollStarts, delivery, committer, outages, assignment, nanoTime);
    }

    @Bean
    OutcomeMeters intakeOutcomeMeters(MeterRegistry registry) {
        return new OutcomeMeters(registry);
    }

    @Bean
    SoleMember intakeSoleMember(
            Delivery sink,
            ClusterReader cluster,
            ListenerContainer container,
            ConsumerGroup consumerGroup,
            KafkaSettings kafka) {
        Object instanceId = kafka.consumer().get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        return new SoleMember(
                sink,
                cluster,
                MEMBERS_TIMEOUT,
                container::clientIds,
                consumerGroup.id(),
                instanceId == null ? null : instanceId.toString());
    }

    @Bean
    PollStarts intakePollStarts(
            SoleMember members,
            PartitionStarts starts,
            TopicIdCheck topicIds,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            Outages outages) {
        return new PollStarts(members, starts, topicIds, committer, deadLetters, outages);
    }

    @Bean
    ExposureListener exposureListener(
            PollBudget budget,
            PollStarts pollStarts,
            ExposureDecoder decoder,
            Assignment assignment,
            PollDelivery delivery,
            OffsetCommitter committer,
            PollRetry retry,
            IdlePartitions idle,
            OutcomeMeters meters) {
        PollReader reader = new PollReader(budget, pollStarts, new PollDecoder(decoder, assignment));
        return new ExposureListener(reader, delivery, committer, retry, idle, meters);
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
            ContainerRestart restart,
            Outages outages,
            PartitionWatch watch,
            Assignment assignment,
            KafkaSettings kafka,
            OutcomeMeters meters) {
        Consumption consumption = new Consumption(
                starter, container, pause, restart, outages, watch, assignment, maxPollInterval(kafka.consumer()));
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
