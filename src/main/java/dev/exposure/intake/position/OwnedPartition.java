package dev.exposure.intake.position;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A partition that this instance owns, as it is now.
 *
 * @param consumer client id of the consumer that owns it
 * @param start where it started, or null while that is not decided
 * @param log log that its offsets refer to, or null while that is not known
 * @param position offset of the first record not processed yet, or null while the start is not decided
 * @param leaderEpoch leader epoch of the last record before the position, {@link Position#NO_EPOCH} where unknown
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
        int leaderEpoch,
        @Nullable Long committed,
        @Nullable Instant firstRecordAt) {

    static OwnedPartition assigned(PartitionId id, String consumer, Instant assignedAt, Instant discoveredAt) {
        return new OwnedPartition(
                id, consumer, assignedAt, discoveredAt, null, null, null, Position.NO_EPOCH, null, null);
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
                decided.leaderEpoch(),
                knownCommit,
                firstRecordAt);
    }

    /** The same partition, but with the start that was decided before. */
    OwnedPartition since(OwnedPartition before) {
        return new OwnedPartition(
                id,
                consumer,
                assignedAt,
                discoveredAt,
                before.start,
                log,
                position,
                leaderEpoch,
                committed,
                firstRecordAt);
    }

    OwnedPartition processed(long next, int epoch, Instant now) {
        return new OwnedPartition(
                id,
                consumer,
                assignedAt,
                discoveredAt,
                start,
                log,
                next,
                epoch,
                committed,
                firstRecordAt == null ? now : firstRecordAt);
    }

    OwnedPartition moved(long next) {
        return new OwnedPartition(
                id, consumer, assignedAt, discoveredAt, start, log, next, leaderEpoch, committed, firstRecordAt);
    }

    OwnedPartition committed(long offset) {
        return new OwnedPartition(
                id, consumer, assignedAt, discoveredAt, start, log, position, leaderEpoch, offset, firstRecordAt);
    }
}
