package dev.exposure.intake.poll;

import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.LossCheck;
import dev.exposure.intake.position.LossCheck.Loss;
import dev.exposure.intake.position.TopicIdCheck;
import dev.exposure.intake.position.Truncations;
import io.micrometer.core.instrument.Timer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.event.ListenerContainerIdleEvent;

/**
 * Takes each poll's records all the way, in this order: the start of their partitions is decided, they are decoded while
 * the cluster is asked whether they are of the logs that the positions are of, the bad ones dead-lettered, the good ones delivered, the offsets committed. What fails is read again later.
 */
class ExposureListener {

    private static final Logger log = LoggerFactory.getLogger(ExposureListener.class);

    private final PollBudget budget;
    private final StartGate gate;
    private final LossCheck losses;
    private final Truncations truncations;
    private final PollDecoder decoder;
    private final DeadLetterPublisher deadLetters;
    private final DeliveryStep delivery;
    private final OffsetCommitter committer;
    private final Outages outages;
    private final PollRetry retry;
    private final IdlePartitions quiet;
    private final Assignment assignment;
    private final OutcomeMeters meters;

    ExposureListener(
            PollBudget budget,
            StartGate gate,
            LossCheck losses,
            Truncations truncations,
            PollDecoder decoder,
            DeadLetterPublisher deadLetters,
            DeliveryStep delivery,
            OffsetCommitter committer,
            Outages outages,
            PollRetry retry,
            IdlePartitions quiet,
            Assignment assignment,
            OutcomeMeters meters) {
        this.budget = budget;
        this.gate = gate;
        this.losses = losses;
        this.truncations = truncations;
        this.decoder = decoder;
        this.deadLetters = deadLetters;
        this.delivery = delivery;
        this.committer = committer;
        this.outages = outages;
        this.retry = retry;
        this.quiet = quiet;
        this.assignment = assignment;
        this.meters = meters;
    }

    @KafkaListener(
            id = ListenerContainer.ID,
            idIsGroup = false,
            containerFactory = ListenerContainer.FACTORY,
            topics = "#{@intakeTopics}",
            batch = "true",
            autoStartup = "false")
    void onPoll(ConsumerRecords<byte[], byte[]> records, Consumer<byte[], byte[]> consumer) {
        budget.renew();
        Timer.Sample sample = meters.startBatch();
        Set<PartitionId> moved = new HashSet<>();
        boolean logsKnown = false;
        Poll poll;
        try {
            moved.addAll(gone(records, consumer));
            moved.addAll(gate.settle(consumer, records.partitions()));
            TopicIdCheck.Question logs = gate.ask(records.partitions());
            poll = decoder.decode(records, moved);
            Set<PartitionId> changed = gate.settleChanged(logs, consumer, records.partitions());
            logsKnown = true;
            if (!changed.isEmpty()) {
                moved.addAll(changed);
                poll = decoder.decode(records, moved);
            }
            take(poll);
        } catch (StageFailure failure) { // said by the outage
            boolean sameLogs = logsKnown && !(failure.failure() instanceof OtherLogException);
            takeBack(records, moved, consumer, sameLogs);
            return;
        } catch (PositionsWentBackException ex) {
            log.debug("Said when the start is decided again: {}", ex.getMessage());
            takeBack(records, moved, consumer, false);
            return;
        } catch (RuntimeException ex) {
            // A defect, and still no reason to lose a record: say where it is and read the poll again.
            log.error("Unexpected failure, the poll is read again: {}{}", FailureText.of(ex), place(ex));
            log.debug("Where it failed", ex);
            outages.note(Outage.Stage.POLL, ex);
            takeBack(records, moved, consumer, logsKnown);
            return;
        }
        outages.works(Outage.Stage.POLL);
        retry.succeeded();
        try {
            committer.commit(poll.next(), consumer);
        } catch (RuntimeException ex) {
            // The sink has the positions; what matters here is that nothing is rewound.
            log.error("Unexpected failure of a commit: {}", FailureText.of(ex));
        }
        meters.endBatch(sample);
        quiet.look(consumer);
    }

    /** Partitions that a commit, or a look at them, found to be another's since the poll: their new owner reads them. */
    private static Set<PartitionId> gone(ConsumerRecords<?, ?> records, Consumer<?, ?> consumer) {
        Set<PartitionId> gone = new HashSet<>();
        for (TopicPartition partition : records.partitions()) {
            if (!consumer.assignment().contains(partition)) {
                gone.add(new PartitionId(partition.topic(), partition.partition()));
            }
        }
        return gone;
    }

    private void takeBack(
            ConsumerRecords<?, ?> records, Set<PartitionId> moved, Consumer<?, ?> consumer, boolean logsKnown) {
        if (logsKnown) {
            retry.later(records, moved, consumer);
        } else {
            retry.laterFromTheStart(records, moved, consumer);
        }
    }

    /** Where it was thrown; the JVM leaves the stack trace out of an exception that is thrown again and again. */
    private static String place(RuntimeException failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    /** Goes on with what waits for a poll, when no poll brings anything. */
    @EventListener
    void onIdle(ListenerContainerIdleEvent idle) {
        Consumer<?, ?> consumer = idle.getConsumer();
        try {
            gate.settle(consumer, Set.of());
        } catch (StageFailure failure) {
            return; // noted as an outage; the next idle event or poll tries again
        }
        outages.works(Outage.Stage.POLL);
        committer.flush(consumer);
        quiet.look(consumer);
        if (consumer.groupMetadata().generationId() >= 0) {
            assignment.joined(); // a member without partitions gets no assignment callback in the consumer protocol
        }
    }

    private void take(Poll poll) {
        if (!poll.rejected().isEmpty()) {
            outages.attempt(Outage.Stage.DEAD_LETTERS, () -> {
                deadLetters.publish(poll.rejected());
                return true;
            });
        }
        if (!poll.partitions().isEmpty()) {
            Map<PartitionId, Loss> lost = outages.attempt(Outage.Stage.LOSSES, () -> losses.find(poll.first()));
            DeliveryResult result = delivery.deliver(poll.partitions());
            poll.partitions().forEach(records -> {
                if (result.truncated().contains(records.partition())) {
                    truncations.found(records.partition(), records.firstOffset(), records.leaderEpoch());
                }
                assignment.processed(records.partition(), records.nextOffset(), records.leaderEpoch());
            });
            poll.next().forEach((partition, end) -> deadLetters.settled(partition, end.offset()));
            losses.settled(lost);
            meters.settled(result, poll.rejected());
        }
    }
}
