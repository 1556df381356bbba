package dev.exposure.intake.poll;

import dev.exposure.intake.consumer.ListenerContainer;
import dev.exposure.intake.consumer.PollProperties;
import dev.exposure.intake.consumer.PollSpans;
import dev.exposure.intake.consumer.SoleMember;
import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.PartitionStarts;
import io.micrometer.tracing.Tracer;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;

/**
 * Wires the service's consumers and the container that runs them. Both are separate from Spring Boot's, which other
 * listeners of the application use: neither affects the other.
 */
@AutoConfiguration
@EnableConfigurationProperties({IntakeProperties.class, PollProperties.class, KafkaProperties.class})
class ListenerConfiguration {

    private static final Duration AUTH_RETRY = Duration.ofSeconds(10);

    /** How soon a pause and its end take effect. */
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration IDLE_EVENT_INTERVAL = Duration.ofSeconds(5);

    /** Makes the container of the {@link ExposureListener}, which asks for it by this name. */
    @Bean(name = ListenerContainer.FACTORY, defaultCandidate = false)
    ConcurrentKafkaListenerContainerFactory<byte[], byte[]> intakeListenerContainerFactory(
            @Qualifier("intakeConsumerFactory") ConsumerFactory<byte[], byte[]> consumers,
            KafkaProperties kafka,
            @Qualifier("intakeRebalanceListener") RebalanceListener rebalances,
            ClientFailures failures,
            ObjectProvider<Tracer> tracer,
            Outages outages) {
        ConcurrentKafkaListenerContainerFactory<byte[], byte[]> factory =
                new ConcurrentKafkaListenerContainerFactory<>();
        factory.setConsumerFactory(consumers);
        factory.setCommonErrorHandler(failures.errorHandler());
        factory.setBatchInterceptor(new PollSpans(tracer.getIfAvailable(() -> Tracer.NOOP), outages));
        KafkaProperties.Listener listener = kafka.getListener();
        PropertyMapper map = PropertyMapper.get();
        map.from(listener::getConcurrency).to(factory::setConcurrency);
        map.from(listener::getChangeConsumerThreadName).to(factory::setChangeConsumerThreadName);
        configure(factory.getContainerProperties(), listener, map);
        factory.getContainerProperties().setConsumerRebalanceListener(rebalances);
        return factory;
    }

    private static void configure(
            ContainerProperties container, KafkaProperties.Listener listener, PropertyMapper map) {
        container.setPollTimeout(POLL_TIMEOUT.toMillis());
        container.setIdleEventInterval(IDLE_EVENT_INTERVAL.toMillis());
        container.setAuthExceptionRetryInterval(AUTH_RETRY);
        map.from(listener::getClientId).to(container::setClientId);
        map.from(listener::getPollTimeout).as(Duration::toMillis).to(container::setPollTimeout);
        map.from(listener::getNoPollThreshold).to(container::setNoPollThreshold);
        map.from(listener::getIdleBetweenPolls).as(Duration::toMillis).to(container::setIdleBetweenPolls);
        map.from(listener::getIdleEventInterval).as(Duration::toMillis).to(container::setIdleEventInterval);
        map.from(listener::getIdlePartitionEventInterval)
                .as(Duration::toMillis)
                .to(container::setIdlePartitionEventInterval);
        map.from(listener::getMonitorInterval)
                .as(interval -> Math.toIntExact(interval.toSeconds()))
                .to(container::setMonitorInterval);
        map.from(listener::getLogContainerConfig).to(container::setLogContainerConfig);
        map.from(listener::isMissingTopicsFatal).to(container::setMissingTopicsFatal);
        map.from(listener::isObservationEnabled).to(container::setObservationEnabled);
        map.from(listener::isImmediateStop).to(container::setStopImmediate);
        map.from(listener::getAuthExceptionRetryInterval).to(container::setAuthExceptionRetryInterval);
        // The container's own commit on assignment could commit a position beyond unread records.
        container.setAssignmentCommitOption(ContainerProperties.AssignmentCommitOption.NEVER);
        container.setAckMode(ContainerProperties.AckMode.MANUAL);
        container.setAsyncAcks(false); // the container would wait for acknowledgements, and there are none
        container.setIdleBeforeDataMultiplier(1); // so that an instance without partitions soon counts as a member
    }

    @Bean(defaultCandidate = false)
    RebalanceListener intakeRebalanceListener(
            PartitionStarts starts,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            Delivery delivery,
            Assignment assignment,
            Outages outages,
            SoleMember members) {
        return new RebalanceListener(starts, committer, deadLetters, delivery, assignment, outages, members);
    }
}
