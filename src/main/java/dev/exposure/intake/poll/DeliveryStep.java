package dev.exposure.intake.poll;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.DeliveryTimer;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.delivery.ProcessorException;
import dev.exposure.intake.delivery.StaleMemberException;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.partition.PartitionRecords;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls the delivery, and notes whether the processor or the database failed, or works again. */
final class DeliveryStep {

    private final Delivery delivery;
    private final DeliveryTimer timer;
    private final Outages outages;

    DeliveryStep(Delivery delivery, DeliveryTimer timer, Outages outages) {
        this.delivery = delivery;
        this.timer = timer;
        this.outages = outages;
    }

    /**
     * Delivers what a poll brought.
     *
     * @param consumer consumer of the calling thread
     * @throws StageFailure when the processor or the database failed
     * @throws PositionsWentBackException when the records have to be read again from further back, which is no outage
     * @throws StaleMemberException when the group has gone on without the consumer, which is no outage either
     */
    DeliveryResult deliver(List<PartitionRecords<Exposure>> poll, Consumer<?, ?> consumer) {
        delivery.actFor(consumer.groupMetadata());
        DeliveryResult result = outages.attempt(
                Outage.Stage.SINK, () -> timer.time(() -> delivery.deliver(poll)), DeliveryStep::stageOf);
        if (result.processed() > 0) {
            outages.works(Outage.Stage.PROCESSOR); // it was called, and what it wrote is committed
        }
        return result;
    }

    /**
     * Stores positions that moved without records.
     *
     * @throws StageFailure when the database failed
     * @throws PositionsWentBackException when stored positions have gone back
     */
    void store(Collection<PositionChange> moved, Consumer<?, ?> consumer) {
        delivery.actFor(consumer.groupMetadata());
        outages.attempt(
                Outage.Stage.SINK,
                () -> timer.time(() -> {
                    delivery.store(moved);
                    return moved;
                }),
                DeliveryStep::stageOf);
    }

    private static Outage.@Nullable Stage stageOf(RuntimeException failure) {
        if (failure instanceof PositionsWentBackException || failure instanceof StaleMemberException) {
            return null;
        }
        return failure instanceof ProcessorException ? Outage.Stage.PROCESSOR : Outage.Stage.SINK;
    }
}
