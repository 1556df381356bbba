package dev.exposure.intake.consumer;

import dev.exposure.intake.cluster.BrokerCheck;
import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.cluster.MetadataUpdates;
import dev.exposure.intake.connect.BrokerAddresses;
import dev.exposure.intake.connect.KafkaSettings;
import dev.exposure.intake.deadletter.DeadLetterTopics;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.RetryProperties;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.GroupSeeder;
import dev.exposure.intake.position.PartitionWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.scheduling.TaskScheduler;

/** Wires the service's consumers, and what starts, pauses, restarts and ends them. */
@AutoConfiguration
@EnableConfigurationProperties({IntakeProperties.class, PollProperties.class, RetryProperties.class})
class ConsumerConfiguration {

    private static final Duration MEMBERS_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration START_RETRY = Duration.ofSeconds(2);
    private static final Duration DEFAULT_MAX_POLL_INTERVAL = Duration.ofMinutes(5);

    @Bean
    PollBudget intakePollBudget(PollProperties properties) {
        return new PollBudget(properties.maxBytes());
    }

    @Bean(defaultCandidate = false)
    DefaultKafkaConsumerFactory<byte[], byte[]> intakeConsumerFactory(
            KafkaSettings kafka,
            IntakeProperties properties,
            PollProperties poll,
            ConsumerGroup group,
            PollBudget budget,
            MetadataUpdates metadataUpdates,
            MeterRegistry registry) {
        Map<String, Object> settings = new ConsumerSettings(properties, poll, group.id()).complete(kafka.consumer());
        DefaultKafkaConsumerFactory<byte[], byte[]> factory = new DefaultKafkaConsumerFactory<>(
                settings, () -> metadataUpdates.listening(budget.deserializer()), budget::deserializer);
        factory.addListener(new MicrometerConsumerListener<>(registry));
        return factory;
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
    ContainerRestart intakeContainerRestart(
            ListenerContainer container,
            @Qualifier("intakeTaskScheduler") TaskScheduler scheduler,
            Outages outages,
            RetryProperties retry) {
        return new ContainerRestart(container, scheduler, outages, retry.backOff());
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
    IntakeStarter intakeStarter(
            Delivery sink,
            BrokerCheck brokers,
            BrokerAddresses addresses,
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
                addresses,
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
            KafkaSettings kafka) {
        return new Consumption(
                starter, container, pause, restart, outages, watch, assignment, maxPollInterval(kafka.consumer()));
    }

    @Bean
    ConditionMeters intakeConditionMeters(Outages outages, Consumption consumption, PauseControl pause) {
        return new ConditionMeters(outages, consumption, pause);
    }

    private static Duration maxPollInterval(Map<String, Object> consumer) {
        Object millis = consumer.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        return millis == null ? DEFAULT_MAX_POLL_INTERVAL : Duration.ofMillis(Long.parseLong(millis.toString()));
    }
}
