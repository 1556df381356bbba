package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.consumer.ContainerRestart;
import dev.exposure.intake.consumer.ListenerContainer;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.consumer.PollBudget;
import dev.exposure.intake.consumer.SoleMember;
import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.decode.ExposureDecoder;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryTimer;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.RetryProperties;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.LossCheck;
import dev.exposure.intake.position.PartitionStarts;
import dev.exposure.intake.position.TopicIdCheck;
import dev.exposure.intake.position.Truncations;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the poll loop: the steps of a poll, in their order. */
@AutoConfiguration
@EnableConfigurationProperties({IntakeProperties.class, RetryProperties.class})
class PollConfiguration {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

    /** Topics in the form that the listener's annotation takes. */
    @Bean(defaultCandidate = false)
    String[] intakeTopics(IntakeProperties properties) {
        return properties.topics().toArray(String[]::new);
    }

    @Bean
    PollRetry intakePollRetry(
            PartitionStarts starts, Assignment assignment, PauseControl pause, Outages outages, RetryProperties retry) {
        return new PollRetry(starts, assignment, pause, outages, retry.backOff());
    }

    @Bean
    ClientFailures intakeClientFailures(
            ListenerContainer container,
            PollRetry retry,
            Outages outages,
            ContainerRestart restart,
            Assignment assignment,
            GroupProtocol protocol) {
        return new ClientFailures(container, retry, outages, restart, assignment, protocol);
    }

    @Bean
    OffsetCommitter intakeOffsetCommitter(
            Assignment assignment,
            ClientFailures clients,
            Delivery delivery,
            Outages outages,
            @Qualifier("intakeNanoTime") LongSupplier nanoTime) {
        CommitNotice notice = new CommitNotice(outages, nanoTime);
        return new OffsetCommitter(assignment, clients, notice, delivery.commitsOffsets(), COMMIT_TIMEOUT, nanoTime);
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
    PollStarts intakePollStarts(
            SoleMember members,
            PartitionStarts starts,
            Assignment assignment,
            TopicIdCheck topicIds,
            OffsetCommitter committer,
            DeadLetterPublisher deadLetters,
            Outages outages) {
        return new PollStarts(members, starts, assignment, topicIds, committer, deadLetters, outages);
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
            OutcomeMeters meters,
            Outages outages) {
        PollReader reader = new PollReader(budget, pollStarts, new PollDecoder(decoder, assignment), outages);
        return new ExposureListener(reader, delivery, committer, retry, idle, meters);
    }
}
