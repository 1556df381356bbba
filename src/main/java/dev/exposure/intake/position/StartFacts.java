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
 * @param added whether this instance saw the log's topic without the partition, which was added since
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
     * Whether every later owner has to find this start committed: an initial position that could not be committed before
     * joining; the start of a new partition, which would look new again as long as nothing is written to it; that of a topic
     * that was created again; and that at the end of a log that was cut below the position.
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
     * The position that no write of records will store in time: that of a partition that has none, which would depend on
     * the commit alone as long as nothing is written to it; that behind what was lost, so that the next assignment does not
     * count the same loss again; that at the end of a log that was cut below the position, or what is written there would be
     * taken for duplicates; and that in a log that takes the place of another one, so that a former owner's records of the
     * old log are refused from now on. Null where there is nothing to store.
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

    /** Log that the stored position refers to, where it is another than the log as it is now. */
    @Nullable
    LogId replacedLog() {
        return stored == null || stored.log().equals(log) ? null : stored.log();
    }

    /**
     * How far the log is known to have been processed, by what this instance has processed since its assignment or by what
     * the group has committed. It is beyond the stored position when the database went back in time, and its results with it.
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

    /** A higher offset of an earlier epoch is that of a log that was truncated since. */
    private static boolean isOfStoredBranch(Position stored, int leaderEpoch) {
        return stored.leaderEpoch() == Position.NO_EPOCH
                || leaderEpoch == Position.NO_EPOCH
                || leaderEpoch >= stored.leaderEpoch();
    }

    /** Leader epoch of the last record before the position, in the log as it is now. */
    private int epochBefore() {
        if (stored != null) {
            return replacedLog() == null ? stored.leaderEpoch() : Position.NO_EPOCH;
        }
        return committed == null || !committed.isOf(log) ? Position.NO_EPOCH : committed.leaderEpoch();
    }

    /** Leader epoch at the end of the log as it is now. */
    private int epochAtEnd() {
        Integer epoch = range.leaderEpoch();
        return epoch == null ? Position.NO_EPOCH : epoch;
    }
}
