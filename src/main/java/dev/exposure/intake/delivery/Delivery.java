package dev.exposure.intake.delivery;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.partition.CountSums;
import dev.exposure.intake.partition.PartitionAccount;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Processes exposures exactly once with the processor, and stores how far each partition has been processed.
 *
 * <p>Called by several consumer threads at once. Any exception means "not now": the same records come again, after a pause,
 * until a call succeeds.
 */
public interface Delivery {

    /** Short name, used as the {@code sink} metric label. */
    String type();

    /**
     * Whether the store serves one instance only, as a database within the process does. The service then takes no records
     * while the group has another member. Called by any thread, after {@link #prepare()} has succeeded; must be quick.
     */
    default boolean servesOneInstance() {
        return false;
    }

    /** Whether the store has results of any group. A group without positions has lost them if results are its own. */
    default boolean hasResults() {
        return false;
    }

    /** Makes the store ready (tables, connections). Repeated until it succeeds, before anything is delivered. */
    void prepare();

    /**
     * Refuses a store in which another group has stored positions of the same topics of the same cluster: the results of
     * both would be added up.
     *
     * @throws OtherGroupException when there is one
     */
    default void requireSoleGroup(String clusterId, Collection<String> topics) {}

    /**
     * Gives the processor, in one call, the exposures above the stored positions that no earlier call has dealt with, and
     * stores the ends of the polled ranges as the new positions: both or neither. The processor is not called when nothing is
     * left for it. A stored position never moves back, except where a higher leader epoch shows that the log was truncated.
     *
     * @param poll what the poll brought; each partition only once
     * @return what became of the exposures
     * @throws ProcessorException when the processor failed
     * @throws OtherLogException when a stored position refers to another log than the records
     * @throws PositionsWentBackException when a stored position is lower than one that this process knows was stored
     * @throws OutcomeUnknownException when the delivery may have been stored or not
     * @throws StaleMemberException when the group has gone on without this member
     */
    DeliveryResult deliver(List<PartitionRecords<Exposure>> poll);

    /**
     * Stores positions that came without records, all or none. A change that is not ahead of the stored position is left
     * out, unless it replaces exactly the stored position, or one of the same former log.
     *
     * @throws OtherLogException when a stored position refers to another log and the change does not replace it
     * @throws PositionsWentBackException as {@link #deliver}
     */
    void store(Collection<PositionChange> changes);

    /**
     * Stored positions of the partitions; those without one are left out.
     *
     * @param clusterId cluster that the group reads from now; a position of another cluster is given only where there is
     *     none of this one
     */
    Map<PartitionId, Position> positions(String clusterId, Collection<PartitionId> partitions);

    /**
     * Takes note of the group member whose records the calling thread delivers next. Must be called on a consumer's
     * thread before each delivery and each store.
     */
    default void actFor(ConsumerGroupMetadata member) {}

    /** Whether positions are the group's committed offsets, so that nothing is left to commit after a delivery. */
    default boolean commitsOffsets() {
        return false;
    }

    /**
     * Accounts of the group's partitions in the cluster that it read from last; null if the store keeps none or is not prepared
     * yet.
     */
    default @Nullable List<PartitionAccount> accounts() {
        return null;
    }

    /** Sums up the table of counts, which may take long; null where the store has none. */
    default @Nullable CountSums sumCounts() {
        return null;
    }

    /** Forgets what is known in memory of partitions that this instance no longer owns. */
    default void forget(Collection<PartitionId> partitions) {}
}
