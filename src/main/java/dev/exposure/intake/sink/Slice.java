package dev.exposure.intake.sink;

import java.util.List;

/**
 * What one poll brought from one partition.
 *
 * @param partition partition it came from
 * @param log log that the offsets refer to
 * @param nextOffset offset after the last record of the slice, rejected records and control records included
 * @param leaderEpoch leader epoch of the last record of the slice, {@link StoredPosition#NO_EPOCH} where unknown
 * @param records exposures in offset order; empty when every record of the slice was rejected
 */
public record Slice(PartitionId partition, LogId log, long nextOffset, int leaderEpoch, List<SinkRecord> records) {}
