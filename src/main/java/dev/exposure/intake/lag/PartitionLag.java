package dev.exposure.intake.lag;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.cluster.PartitionSample;
import dev.exposure.intake.partition.PartitionId;
import org.jspecify.annotations.Nullable;

/**
 * How far the group is behind on one partition. What is not known is null, never 0.
 *
 * @param owner member that owns the partition as {@code <client id>@<host>}, null where none does
 * @param logStart offset of the oldest record that the log still holds, null while the partition has no leader
 * @param logEnd offset after the newest record that the group may read, null while the partition has no leader
 * @param committed offset that the group committed, null where it never did
 * @param lag records that are still to be read, as {@link #of} counts them; null while the log is not known
 * @param behindSeconds how long ago the log end passed the next record to be read; 0 without lag
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
        @Nullable Double behindSeconds) {

    /** Which partition this is. */
    public PartitionId id() {
        return new PartitionId(topic, partition);
    }

    /**
     * Works out the lag. The next record to be read is the committed one, or the log's oldest where nothing was
     * committed or where the committed record is gone already: what Kafka deleted can no longer be read, so it is a
     * loss, not lag. A commit beyond the log end (the log was truncated) leaves nothing to read: the lag is 0, not
     * negative.
     */
    static PartitionLag of(PartitionSample reading, EndOffsetHistory history) {
        LogRange log = reading.log();
        PartitionId id = reading.id();
        if (log == null) {
            return new PartitionLag(
                    id.topic(), id.partition(), reading.owner(), null, null, reading.committed(), null, null);
        }
        Long committed = reading.committed();
        long next = committed == null ? log.start() : Math.max(committed, log.start());
        long lag = Math.max(0, log.end() - next);
        return new PartitionLag(
                id.topic(),
                id.partition(),
                reading.owner(),
                log.start(),
                log.end(),
                committed,
                lag,
                lag == 0 ? Double.valueOf(0) : history.secondsBehind(next));
    }

    /**
     * Records between the log's start and the next record to be read: how many retention may still delete before it deletes
     * unread ones. Null while the log is not known.
     */
    @JsonProperty
    public @Nullable Long headroom() {
        if (logStart == null || logEnd == null) {
            return null;
        }
        // Where the log was cut below the commit, all that is left has been read.
        return committed == null ? 0 : Math.max(0, Math.min(committed, logEnd) - logStart);
    }

    boolean mayLag() {
        return lag == null || lag > 0;
    }
}
