package dev.exposure.intake.position;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about a partition when its start is decided.
 *
 * @param stored position stored with the counts
 * @param committed offset committed to Kafka
 * @param pinned initial position that this instance resolved for a first start and could not commit, because the group
 *     was active already
 * @param log log as it is now
 * @param range where the log begins and ends
 * @param added whether the partition was added after this instance first saw the log's topic
 */
public record StartFacts(
        @Nullable Position stored,
        @Nullable CommittedOffset committed,
        @Nullable Position pinned,
        LogId log,
        LogRange range,
        boolean added) {

    long logStart() {
        return range.start();
    }

    long logEnd() {
        return range.end();
    }

    /** Offset committed to Kafka, or null for none. */
    @Nullable
    Long committedOffset() {
        return committed == null ? null : committed.offset();
    }

    /**
     * Whether every later owner has to find this start committed. That is so for an initial position that could not be
     * committed before joining; for a new partition, which would look new again until something is written to it; for a
     * topic that was created again; and at the end of a log that was cut below the position.
     */
    boolean isCommitNeeded(Start start) {
        boolean known = committed != null && committed.isOf(log);
        boolean first = start.reason() == StartReason.FIRST_START || start.reason() == StartReason.NEW_PARTITION;
        return start.reason() == StartReason.TOPIC_RECREATED || start.isAtTruncatedEnd() || (first && !known);
    }

    /** Commit of this start. */
    OffsetAndMetadata commit(Start start) {
        boolean seed = start.reason() == StartReason.FIRST_START;
        return new OffsetAndMetadata(start.offset(), start.epoch(), new CommitMetadata(log, seed).text());
    }

    /**
     * The position to store now, because the next write of records may be too late; null where there is none. It is
     * stored for a partition without a position, whose start would otherwise depend on the commit alone; after a loss,
     * so that the next assignment does not count it again; at the end of a log that was cut below the position, because
     * new records there would be taken for duplicates; and in a log that replaces another one, so that a former owner's
     * records of the old log are refused from now on.
     */
    @Nullable
    PositionChange toStore(PartitionId id, Start start) {
        if (stored != null && replacedLog() == null && start.lost() == 0 && !start.isAtTruncatedEnd()) {
            return null;
        }
        int epoch = start.isAtTruncatedEnd() ? epochAtEnd() : epochBefore();
        return new PositionChange(
                id, new Position(log, start.offset(), epoch), stored, start.offset() - start.lost(), start.lost());
    }

    /** Log that the stored position refers to, if it is not the current log; else null. */
    @Nullable
    LogId replacedLog() {
        return stored == null || stored.log().equals(log) ? null : stored.log();
    }

    /**
     * How far the log is known to have been processed: by this instance since its assignment, or by the group's
     * commits. This is beyond the stored position when the database, and its results with it, went back in time.
     *
     * @param owned the partition as it is before its start is decided, or null when it is not owned
     */
    long processedUpTo(@Nullable OwnedPartition owned) {
        if (stored == null || replacedLog() != null) {
            return 0;
        }
        long known = stored.nextOffset();
        if (owned != null
                && owned.position() != null
                && log.equals(owned.log())
                && isOfStoredBranch(stored, owned.leaderEpoch())) {
            known = Math.max(known, owned.position());
        }
        CommitMetadata metadata = committed == null ? null : committed.metadata();
        if (committed != null
                && metadata != null
                && !metadata.seed()
                && metadata.log().equals(log)
                && committed.offset() <= logEnd() // else it tells nothing, whoever committed it
                && isOfStoredBranch(stored, committed.leaderEpoch())) {
            known = Math.max(known, committed.offset());
        }
        return known;
    }

    /** A higher offset with an earlier epoch is from before the log was truncated. */
    private static boolean isOfStoredBranch(Position stored, int leaderEpoch) {
        return stored.leaderEpoch() == Position.NO_EPOCH
                || leaderEpoch == Position.NO_EPOCH
                || leaderEpoch >= stored.leaderEpoch();
    }

    /** Leader epoch of the last record before the position, in the current log. */
    private int epochBefore() {
        if (stored != null) {
            return replacedLog() == null ? stored.leaderEpoch() : Position.NO_EPOCH;
        }
        return committed == null || !committed.isOf(log) ? Position.NO_EPOCH : committed.leaderEpoch();
    }

    /** Leader epoch at the end of the current log. */
    private int epochAtEnd() {
        Integer epoch = range.leaderEpoch();
        return epoch == null ? Position.NO_EPOCH : epoch;
    }
}
