package dev.exposure.intake.position;

import dev.exposure.intake.sink.LogId;
import dev.exposure.intake.sink.PartitionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A partition that this instance owns, as it is now.
 *
 * @param consumer client id of the consumer that owns it
 * @param start where it started, or null while that is not decided
 * @param log log that its offsets refer to, or null while that is not known
 * @param position offset of the first record not processed yet, or null while the start is not decided
 * @param committed offset last committed to Kafka by this owner, or known from its start; null for none
 * @param discoveredAt when this instance first saw the partition in the cluster
 * @param firstRecordAt when its first record since the assignment was processed, or null for none
 */
public record OwnedPartition(
        PartitionId id,
        String consumer,
        Instant assignedAt,
        Instant discoveredAt,
        @Nullable Start start,
        @Nullable LogId log,
        @Nullable Long position,
        @Nullable Long committed,
        @Nullable Instant firstRecordAt) {

    static OwnedPartition assigned(PartitionId id, String consumer, Instant assignedAt, Instant discoveredAt) {
        return new OwnedPartition(id, consumer, assignedAt, discoveredAt, null, null, null, null, null);
    }

    OwnedPartition started(Start decided, LogId decidedLog, @Nullable Long knownCommit) {
        return new OwnedPartition(
                id,
                consumer,
                assignedAt,
                discoveredAt,
                decided,
                decidedLog,
                decided.offset(),
                knownCommit,
                firstRecordAt);
    }

    /** The same position, with the start that it had before. */
    OwnedPartition since(OwnedPartition before) {
        return new OwnedPartition(
                id, consumer, assignedAt, discoveredAt, before.start, log, position, committed, firstRecordAt);
    }

    OwnedPartition processed(long next, Instant now) {
        return new OwnedPartition(
                id,
                consumer,
                assignedAt,
                discoveredAt,
                start,
                log,
                next,
                committed,
                firstRecordAt == null ? now : firstRecordAt);
    }

    OwnedPartition committed(long offset) {
        return new OwnedPartition(id, consumer, assignedAt, discoveredAt, start, log, position, offset, firstRecordAt);
    }
}
