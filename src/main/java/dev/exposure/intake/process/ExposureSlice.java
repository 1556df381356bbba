package dev.exposure.intake.process;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import java.util.List;

/**
 * What one poll brought from one partition.
 *
 * @param partition partition it came from
 * @param log log that the offsets refer to
 * @param nextOffset offset after the last record of the slice, rejected records and control records included
 * @param leaderEpoch leader epoch of the last record of the slice, -1 where unknown
 * @param exposures exposures in offset order; empty when every record of the slice was rejected, or when
 *     the position moved without a record: past aborted transactions, or records that Kafka deleted
 */
public record ExposureSlice(
        PartitionId partition, LogId log, long nextOffset, int leaderEpoch, List<ReceivedExposure> exposures) {}
