package dev.exposure.intake.lag;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.partition.PartitionId;
import org.jspecify.annotations.Nullable;

/**
 * How far the group is behind on one partition. What is not known is null, never 0.
 *
 * @param owner member that owns the partition as {@code <client id>@<host>}, null where none does
 * @param logStart offset of the oldest record that the log still holds, null while the partition has no leader
 * @param logEnd offset after the newest record that the group may read, null while the partition has no leader
 * @param committed offset that the group committed, null where it never did, or where it lies beyond the log's end and so
 *     tells nothing
 * @param lag records that are still to be read, as {@link #of} counts them; null while that is not known
 * @param behindSeconds how long ago the log end passed the next record to be read; 0 without lag, null where not known
 * @param heldBack records behind an open transaction, which the group may not read yet; null while the log is not known
 * @param headroom records between the log's start and the next record to be read: how many retention may still delete before
 *     it deletes unread ones; null while that is not known
 */
// Actuator leaves nulls out of its JSON; here a null says "unknown", which is worth showing.
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PartitionLag(
        String topic,
        int partition,
        @Nullable String owner,
        @Nullable Long logStart,
        @Nullable Long logEnd,
        @Nullable Long committed,
        @Nullable Long lag,
        @Nullable Double behindSeconds,
        @Nullable Long heldBack,
        @Nullable Long headroom) {

    /** Which partition this is. */
    public PartitionId id() {
        return new PartitionId(topic, partition);
    }

    /**
     * Works out the lag. It counts from the first unprocessed record where this instance owns the partition, else from
     * the committed offset, else from the log's start. Records that Kafka has deleted are a loss, not lag. If the log
     * was cut below the position, the lag is 0.
     */
    static PartitionLag of(PartitionSample sample, EndOffsetHistory history) {
        LogRange log = sample.log();
        Long committed = sample.isCommitBeyondEnd() ? null : sample.committed();
        Long lag = null;
        Double behind = null;
        Long headroom = null;
        boolean known = sample.processed() != null || !sample.isCommitBeyondEnd();
        if (log != null && known) {
            Long position = sample.processed() == null ? committed : sample.processed();
            long next = position == null ? log.start() : Math.max(position, log.start());
            lag = Math.max(0, log.end() - next);
            behind = lag == 0 ? Double.valueOf(0) : history.secondsBehind(next);
            headroom = Math.min(next, log.end()) - log.start();
        }
        return new PartitionLag(
                sample.id().topic(),
                sample.id().partition(),
                sample.owner(),
                log == null ? null : log.start(),
                log == null ? null : log.end(),
                committed,
                lag,
                behind,
                log == null ? null : log.heldBack(),
                headroom);
    }

    boolean mayLag() {
        return lag == null || lag > 0;
    }
}
