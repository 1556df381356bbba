package dev.exposure.intake.delivery;

import static dev.exposure.intake.partition.Position.NO_EPOCH;

import dev.exposure.intake.partition.Position;
import org.jspecify.annotations.Nullable;

/**
 * Decides what of a slice was counted before, and where the position goes. A pure function of the slice and the stored
 * position.
 *
 * <p>Within one log, leader epochs never fall from one record to the next. So a record below the stored position with
 * an epoch above the stored one can't have been there when that position was stored: the log was truncated and has
 * grown again. Where either epoch is unknown, nothing proves that, and the record is a duplicate.
 */
final class PositionRule {

    private final Slice slice;
    private final @Nullable Position stored;

    /**
     * @param stored position of the slice's partition, or null for none
     * @throws OtherLogException when it refers to another log, and the slice does not replace that one: topic ids have no
     *     order, so only who has seen both logs can tell which of them is the old one
     */
    PositionRule(Slice slice, @Nullable Position stored) {
        this.slice = slice;
        boolean sameLog = stored != null && stored.log().equals(slice.log());
        if (stored != null && !sameLog && !stored.log().equals(slice.replaces())) {
            throw new OtherLogException(slice.partition());
        }
        this.stored = sameLog ? stored : null;
    }

    /** Whether an earlier write has dealt with the record. */
    boolean isDuplicate(SinkRecord record) {
        return isBelow(record) && !isAbove(record.leaderEpoch());
    }

    /** Whether the log was cut below the stored position and has grown again. */
    boolean truncated() {
        // The slice's own epoch tells it too when every record of the new branch was rejected.
        boolean endsBelow = stored != null && slice.nextOffset() <= stored.nextOffset() && isAbove(slice.leaderEpoch());
        return endsBelow
                || slice.records().stream().anyMatch(record -> isBelow(record) && isAbove(record.leaderEpoch()));
    }

    /** Position after the slice, or null when the stored one stays. */
    @Nullable
    Position moved() {
        if (stored != null && slice.nextOffset() <= stored.nextOffset() && !truncated()) {
            return null;
        }
        // The slice's epoch is taken even if it is lower or unknown: a stored epoch that is too high would make
        // duplicates of a later branch's records, and one that is too low would count replayed records again.
        return new Position(slice.log(), slice.nextOffset(), slice.leaderEpoch());
    }

    private boolean isBelow(SinkRecord record) {
        return stored != null && record.offset() < stored.nextOffset();
    }

    private boolean isAbove(int leaderEpoch) {
        return stored != null
                && stored.leaderEpoch() != NO_EPOCH
                && leaderEpoch != NO_EPOCH
                && leaderEpoch > stored.leaderEpoch();
    }
}
