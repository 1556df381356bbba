package dev.exposure.intake.delivery;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where counts and positions go. One bean of this type is used; a team with its own store provides its own.
 *
 * <p>Called by several consumer threads at once. Any exception means "not now": the same records come again, after a
 * pause, until a call succeeds; so a write has to be atomic, and repeatable without counting twice.
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

    /** Whether anything has been counted, by whomever: a group without any position has lost it, if that was its doing. */
    default boolean hasCounts() {
        return false;
    }

    /** Makes the store ready (tables, connections). Repeated until it succeeds, before the first write. */
    void prepare();

    /**
     * Counts what lies above the stored positions and advances the positions to the ends of the slices, both or neither.
     * A stored position never moves backwards, except where a higher leader epoch shows that the log was truncated.
     *
     * <p>A sink may, beyond that, leave out exposures whose {@link SinkRecord#exposureId() id} it has counted before. It has
     * to ask the position first: a record that is read again is no second writing of its exposure. And what it remembers
     * of ids changes with counts and positions, or not at all.
     *
     * @return what became of the exposures
     * @throws OtherLogException when a stored position refers to another log than its slice, and the slice does not
     *     replace that log
     */
    DeliveryResult write(List<Slice> slices);

    /** Stored positions of those of the partitions that have one. */
    Map<PartitionId, Position> positions(Collection<PartitionId> partitions);
}
