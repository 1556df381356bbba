package dev.exposure.intake.delivery;

import static dev.exposure.intake.partition.Position.NO_EPOCH;

import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of a partition's records were processed before, and where the position moves. A pure function of the records
 * and the stored position.
 *
 * <p>Within one log, leader epochs never fall from one record to the next. So a record below the stored position with
 * an epoch above the stored one can't have been there when that position was stored: the log was truncated and has
 * grown again. Where either epoch is unknown, nothing proves that, and the record is a duplicate.
 */
public final class PositionRule {

    private final PartitionRecords<?> records;
    private final @Nullable Position stored;
    private final boolean truncated;

    /**
     * @param stored position of the records' partition, or null for none
     * @throws OtherLogException when it refers to another log: topic ids have no order, so only a caller that has seen
     *     both logs knows which one is old
     */
    public PositionRule(PartitionRecords<?> records, @Nullable Position stored) {
        if (stored != null && !stored.log().equals(records.log())) {
            throw new OtherLogException(records.partition());
        }
        this.records = records;
        this.stored = stored;
        this.truncated = findsTruncation();
    }

    /** Whether an earlier delivery has dealt with the record. */
    public boolean isDuplicate(long offset, int leaderEpoch) {
        return isBelow(offset) && !isAbove(leaderEpoch);
    }

    /** Whether the log was cut below the stored position and has grown again. */
    public boolean truncated() {
        return truncated;
    }

    /** Lowest offset that no earlier delivery has dealt with: the stored position, or where the log was cut below. */
    public long begin() {
        if (stored == null) {
            return records.position();
        }
        if (!truncated) {
            return stored.nextOffset();
        }
        long begin = records.nextOffset();
        for (int i = records.size() - 1; i >= 0 && !isDuplicate(records.offset(i), records.leaderEpoch(i)); i--) {
            begin = records.offset(i);
        }
        for (int i = records.rejectedSize() - 1; i >= 0 && !isDuplicateRejected(i); i--) {
            begin = Math.min(begin, records.rejectedOffset(i));
        }
        return begin;
    }

    /** Whether an earlier delivery has dealt with the rejected record of this index. */
    public boolean isDuplicateRejected(int index) {
        return isDuplicate(records.rejectedOffset(index), records.rejectedLeaderEpoch(index));
    }

    /** Position after the records, or null when the stored one stays. */
    @Nullable
    public Position moved() {
        if (stored != null && records.nextOffset() <= stored.nextOffset() && !truncated) {
            return null;
        }
        // The epoch of the last record polled is taken even if it is lower or unknown. If a stored epoch were too high,
        // records of a later branch would count as duplicates; if it were too low, replayed records would be processed
        // again.
        return records.next();
    }

    /**
     * Position that a change without records leads to, or null when the stored one stays.
     *
     * @throws OtherLogException when the stored position refers to another log and the change does not replace it
     */
    public static @Nullable Position changed(PositionChange change, @Nullable Position stored) {
        Position next = change.position();
        if (stored == null || stored.equals(change.replaces())) {
            return next;
        }
        if (stored.log().equals(next.log())) {
            return next.nextOffset() > stored.nextOffset() ? next : null;
        }
        // A former owner may have moved on in the old log; its position is replaced too.
        if (change.replaces() != null && stored.log().equals(change.replaces().log())) {
            return next;
        }
        throw new OtherLogException(change.partition());
    }

    private boolean findsTruncation() {
        if (stored == null || stored.leaderEpoch() == NO_EPOCH) {
            return false;
        }
        // If every record of the new branch was rejected, only the epoch of the last record polled shows it.
        if (records.nextOffset() <= stored.nextOffset() && isAbove(records.leaderEpoch())) {
            return true;
        }
        for (int i = 0; i < records.size() && isBelow(records.offset(i)); i++) {
            if (isAbove(records.leaderEpoch(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean isBelow(long offset) {
        return stored != null && offset < stored.nextOffset();
    }

    private boolean isAbove(int leaderEpoch) {
        return stored != null
                && stored.leaderEpoch() != NO_EPOCH
                && leaderEpoch != NO_EPOCH
                && leaderEpoch > stored.leaderEpoch();
    }
}
