package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.BrokerCheck;
import dev.exposure.intake.cluster.GroupOwners;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.connect.RefusedLoginFilter;
import dev.exposure.intake.connect.RefusedLogins;
import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.deadletter.DeadLetterTopics;
import dev.exposure.intake.decode.ExposureDecoder;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.GroupSeeder;
import dev.exposure.intake.position.LossCheck;
import dev.exposure.intake.position.PartitionStarts;
import dev.exposure.intake.position.PartitionWatch;
import dev.exposure.intake.position.TopicIdCheck;
import dev.exposure.intake.position.Truncations;
import dev.exposure.intake.process.ExposureProcessor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.ContainerCustomizer;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.unit.DataSize;

/** Wires the poll loop. */
@Configuration(proxyBeanMethods = false)
class PollConfiguration {

    /** Four times what a poll of 5,000 usual lines holds, and little enough for a heap of 256 MB. */
    private static final DataSize MAX_POLL_SIZE = DataSize.ofMegabytes(16);

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration START_RETRY = Duration.ofSeconds(2);
    private static final Duration AUTH_RETRY = Duration.ofSeconds(10);
    private static final Duration DEFAULT_MAX_POLL_INTERVAL = Duration.ofMinutes(5);

    @Bean
    ConsumerSettings consumerSettings(
            IntakeProperties properties,
            @Value("${spring.kafka.consumer.group-id}") String groupId,
            PollBudget budget) {
        return new ConsumerSettings(properties, groupId, budget);
    }

    @Bean
    PollBudget pollBudget() {
        return new PollBudget(MAX_POLL_SIZE);
    }

    /** Topics in the form that the listener's annotation takes. */
    @Bean
    String[] intakeTopics(IntakeProperties properties) {
        return properties.topics().toArray(String[]::new);
    }

    @Bean
    ListenerContainer listenerContainer(KafkaListenerEndpointRegistry registry) {
        return new ListenerContainer(registry);
    }

    @Bean
    RefusedLogins refusedLogins(Outages outages) {
        return new RefusedLogins(outages);
    }

    @Bean
    static RefusedLoginFilter refusedLoginFilter() {
        return new RefusedLoginFilter();
    }

    @Bean
    PauseControl pauseControl(ListenerContainer container, @Qualifier("intakeTaskScheduler") TaskScheduler scheduler) {
        return new PauseControl(container, scheduler);
    }

    @Bean
    OperatorPause operatorPause(PauseControl pause, EventLog events) {
        return new OperatorPause(pause, events);
    }

    @Bean
    PollRetry pollRetry(PartitionStarts starts, Assignment assignment, PauseControl pause) {
        ExponentialBackOff backOff = new ExponentialBackOff(500, 2);
        backOff.setMaxInterval(15_000);
        backOff.setJitter(100);
        return new PollRetry(starts, assignment, pause, backOff);
    }

    @Bean
    OffsetCommitter offsetCommitter(Assignment assignment, Clock clock) {
        return new OffsetCommitter(assignment, COMMIT_TIMEOUT, clock);
    }

    @Bean
    IdlePartitions quietPartitions(
            PartitionStarts starts,
            StartGate gate,
            LossCheck losses,
            ExposureProcessor processor,
            OffsetCommitter committer,
            Outages outages,
            Assignment assignment,
            Clock clock) {
        return new IdlePartitions(starts, gate, losses, processor, committer, outages, assignment, clock);
    }

    @Bean
    OutcomeMeters intakeMeters(MeterRegistry registry) {
        return new OutcomeMeters(registry);
    }

    @Bean
    SoleMember soleMember(
            Delivery sink,
            GroupOwners group,
            ListenerContainer container,
            @Value("${spring.kafka.consumer.group-id}") String groupId,
            KafkaProperties kafka) {
        Object instanceId = kafka.buildConsumerProperties().get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        return new SoleMember(
                sink, group, container::clientIds, groupId, instanceId == null ? null : instanceId.toString());
    }

    @Bean
    StartGate startGate(
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
            ExposureProcessor processor,
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
                processor,
                committer,
                outages,
                retry,
                quiet,
                assignment,
                meters);
    }

    /** Spring Boot gives it to the container. */
    @Bean
    PollSpans pollSpans(ObjectProvider<Tracer> tracer, Outages outages) {
        return new PollSpans(tracer.getIfAvailable(() -> Tracer.NOOP), outages);
    }

    /** What no property can say. */
    @Bean
    ContainerCustomizer<Object, Object, ConcurrentMessageListenerContainer<Object, Object>> intakeContainer(
            PartitionStarts starts,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            PollRetry retry,
            Assignment assignment,
            Outages outages,
            SoleMember members) {
        RebalanceListener rebalances =
                new RebalanceListener(starts, committer, deadLetters, assignment, outages, members);
        PollErrorHandler errors = new PollErrorHandler(retry, outages);
        return container -> {
            ContainerProperties properties = container.getContainerProperties();
            // The container's own commit on assignment would commit the loss of what it skipped.
            properties.setAssignmentCommitOption(ContainerProperties.AssignmentCommitOption.NEVER);
            properties.setAckMode(ContainerProperties.AckMode.MANUAL);
            properties.setAsyncAcks(false); // nothing is acknowledged here, and the container would wait for it
            properties.setIdleBeforeDataMultiplier(1); // an instance without partitions is a member too, and soon
            properties.setConsumerRebalanceListener(rebalances);
            if (properties.getAuthExceptionRetryInterval() == null) {
                properties.setAuthExceptionRetryInterval(AUTH_RETRY);
            }
            container.setCommonErrorHandler(errors);
        };
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
    Consumption consumption(
            IntakeStarter starter,
            ListenerContainer container,
            PauseControl pause,
            Outages outages,
            PartitionWatch watch,
            Assignment assignment,
            KafkaProperties kafka,
            OutcomeMeters meters) {
        Consumption consumption = new Consumption(
                starter,
                container,
                pause,
                outages,
                watch,
                assignment,
                maxPollInterval(kafka.buildConsumerProperties()));
        meters.watch(
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
