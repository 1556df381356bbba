package dev.exposure.intake.delivery;

import dev.exposure.intake.partition.Outcomes;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Passage;
import dev.exposure.intake.partition.Position;
import org.jspecify.annotations.Nullable;

/**
 * A position to store that came without records: where a partition starts, or where it has moved past aborted transactions
 * or deleted records.
 *
 * @param position position to store
 * @param replaces stored position that this one replaces although this one is of another log (the topic was created again,
 *     the group moved to another cluster) or lower (the log was truncated); null if the position just moves forward
 * @param from offset that it moves from; for a start, the position's own offset
 * @param lost how many of the offsets from that one on held records that Kafka deleted before they were read
 */
public record PositionChange(
        PartitionId partition, Position position, @Nullable Position replaces, long from, long lost) {

    /** Start at this position, in place of another if one was found. */
    public static PositionChange start(PartitionId partition, Position position, @Nullable Position replaces) {
        return new PositionChange(partition, position, replaces, position.nextOffset(), 0);
    }

    /** Change that moves forward, from this offset, in the log that the stored position refers to, if there is one. */
    public static PositionChange forward(PartitionId partition, Position position, long from) {
        return new PositionChange(partition, position, null, from, 0);
    }

    /** The same change, with this many records lost at the beginning of what it passes. */
    public PositionChange withLost(long count) {
        return new PositionChange(partition, position, replaces, from, count);
    }

    /** The move from this stored position, or from none. */
    public Passage passage(@Nullable Position stored) {
        boolean isNewAccount =
                stored == null || !stored.log().equals(position.log()) || stored.nextOffset() > position.nextOffset();
        if (isNewAccount && stored != null) {
            return Passage.start(position);
        }
        long begin = stored == null ? from : stored.nextOffset();
        long lostFromThere = Math.max(0, from + lost - Math.max(from, begin));
        long passed = position.nextOffset() - Math.max(from, begin);
        return new Passage(
                begin, isNewAccount, position, new Outcomes(0, 0, 0, 0, lostFromThere, passed - lostFromThere));
    }
}
