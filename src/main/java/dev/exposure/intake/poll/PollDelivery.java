package dev.exposure.intake.poll;

import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.LossCheck;
import dev.exposure.intake.position.LossCheck.Loss;
import dev.exposure.intake.position.Truncations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Publishes a poll's bad records, delivers the good ones, and takes note of the outcomes once they are stored. Used by
 * all consumer threads.
 */
final class PollDelivery {

    private final DeadLetterPublisher deadLetters;
    private final LossCheck losses;
    private final DeliveryStep delivery;
    private final Truncations truncations;
    private final Assignment assignment;
    private final OutcomeMeters meters;
    private final Outages outages;

    PollDelivery(
            DeadLetterPublisher deadLetters,
            LossCheck losses,
            DeliveryStep delivery,
            Truncations truncations,
            Assignment assignment,
            OutcomeMeters meters,
            Outages outages) {
        this.deadLetters = deadLetters;
        this.losses = losses;
        this.delivery = delivery;
        this.truncations = truncations;
        this.assignment = assignment;
        this.meters = meters;
        this.outages = outages;
    }

    /**
     * Publishes the records that hold no usable exposure.
     *
     * @throws dev.exposure.intake.outage.StageFailure when one is not acknowledged
     */
    void deadLetter(Poll poll) {
        if (!poll.rejected().isEmpty()) {
            outages.attempt(Outage.Stage.DEAD_LETTERS, () -> {
                deadLetters.publish(poll.rejected());
                return true;
            });
        }
    }

    /**
     * Delivers the exposures and stores the positions after them.
     *
     * @throws dev.exposure.intake.outage.StageFailure when they are not stored
     * @throws dev.exposure.intake.delivery.PositionsWentBackException when they have to be read again from further back
     */
    void deliver(Poll poll, Consumer<?, ?> consumer) {
        if (poll.partitions().isEmpty()) {
            return;
        }
        Map<PartitionId, Loss> lost = outages.attempt(Outage.Stage.LOSSES, () -> losses.find(poll.first()));
        DeliveryResult result = delivery.deliver(withLosses(poll.partitions(), lost), consumer);
        poll.partitions().forEach(records -> settle(records, result));
        poll.next().forEach((partition, end) -> deadLetters.settled(partition, end.offset()));
        losses.settled(lost);
        meters.settled(result, poll.rejected());
    }

    private static List<PartitionRecords<Exposure>> withLosses(
            List<PartitionRecords<Exposure>> poll, Map<PartitionId, Loss> lost) {
        return poll.stream()
                .map(records -> {
                    Loss loss = lost.get(records.partition());
                    return loss == null ? records : records.withLost(loss.count());
                })
                .toList();
    }

    private void settle(PartitionRecords<Exposure> records, DeliveryResult result) {
        PartitionId id = records.partition();
        if (result.truncated().contains(id)) {
            truncations.found(id, records.firstOffset(), records.leaderEpoch());
        }
        assignment.processed(id, records.nextOffset(), records.leaderEpoch());
    }

    /**
     * Stores positions that moved without a record.
     *
     * @throws dev.exposure.intake.outage.StageFailure when they are not stored
     * @throws dev.exposure.intake.delivery.PositionsWentBackException when stored positions have gone back
     */
    void store(List<PositionChange> moved, Consumer<?, ?> consumer) {
        Map<PartitionId, Long> ends = new HashMap<>();
        moved.forEach(change -> ends.put(change.partition(), change.position().nextOffset()));
        Map<PartitionId, Loss> lost = outages.attempt(Outage.Stage.LOSSES, () -> losses.find(ends));
        delivery.store(
                moved.stream()
                        .map(change -> {
                            Loss loss = lost.get(change.partition());
                            return loss == null ? change : change.withLost(loss.count());
                        })
                        .toList(),
                consumer);
        ends.forEach(assignment::moved);
        losses.settled(lost);
    }
}
