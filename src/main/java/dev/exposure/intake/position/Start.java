package dev.exposure.intake.position;

import dev.exposure.intake.partition.Position;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition starts, and why.
 *
 * @param offset offset to read first; may lie above the log's end only with a leader epoch: the client uses it to find
 *     where the logs diverge
 * @param leaderEpoch leader epoch to validate the offset by, {@link Position#NO_EPOCH}
 *     where it can't or must not be validated
 * @param lost records that Kafka deleted before they were read
 * @param warning what an operator should know about this start, or null when all is as expected
 */
public record Start(
        long offset,
        int leaderEpoch,
        StartReason reason,
        long lost,
        @Nullable String warning) {

    /** Whether the partition simply starts at a known position. */
    boolean isPlain() {
        return reason == StartReason.RESUMED || reason == StartReason.FIRST_START;
    }

    /** Whether this start gets its own event. */
    boolean hasEventOfItsOwn() {
        return reason != StartReason.NEW_PARTITION && !isPlain();
    }

    /** Whether the start is the first record of a log, where a partition without any position also starts. */
    boolean isAtFirstRecord() {
        return reason == StartReason.NEW_PARTITION || reason == StartReason.TOPIC_RECREATED;
    }

    /** Whether the start is the end of a log that was cut below the position. */
    boolean isAtTruncatedEnd() {
        return reason == StartReason.TRUNCATED && leaderEpoch == Position.NO_EPOCH;
    }

    /** Leader epoch in the client's form. */
    Optional<Integer> epoch() {
        return leaderEpoch == Position.NO_EPOCH ? Optional.empty() : Optional.of(leaderEpoch);
    }
}
