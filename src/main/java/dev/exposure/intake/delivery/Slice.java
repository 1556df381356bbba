package dev.exposure.intake.delivery;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one poll brought from one partition.
 *
 * @param partition partition it came from
 * @param log log that the offsets refer to
 * @param nextOffset offset after the last record of the slice, rejected records and control records included
 * @param leaderEpoch leader epoch of the last record of the slice, {@link Position#NO_EPOCH} where unknown
 * @param records exposures in offset order; empty when every record of the slice was rejected, or when
 *     the position moved without a record
 * @param replaces other log whose stored position this slice takes the place of, because the topic was created again or the
 *     group moved to another cluster; null for none, and then a stored position must be of the same log
 */
public record Slice(
        PartitionId partition,
        LogId log,
        long nextOffset,
        int leaderEpoch,
        List<SinkRecord> records,
        @Nullable LogId replaces) {

    /** Slice that goes on in the log that the stored position refers to, if there is one. */
    public Slice(PartitionId partition, LogId log, long nextOffset, int leaderEpoch, List<SinkRecord> records) {
        this(partition, log, nextOffset, leaderEpoch, records, null);
    }
}
