package dev.exposure.intake.delivery;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import org.jspecify.annotations.Nullable;

/**
 * A position to store that came without records: where a partition starts, or where it has moved past aborted transactions
 * or deleted records.
 *
 * @param position position to store
 * @param replaces stored position that was found, and in whose place this one goes although it is of another log (the topic
 *     was created again, the group moved to another cluster) or further back (the log was truncated); null where the
 *     position just moves forward
 */
public record PositionChange(
        PartitionId partition, Position position, @Nullable Position replaces) {

    /** Change that moves forward in the log that the stored position refers to, if there is one. */
    public static PositionChange forward(PartitionId partition, Position position) {
        return new PositionChange(partition, position, null);
    }
}
