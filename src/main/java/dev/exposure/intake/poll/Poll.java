package dev.exposure.intake.poll;

import dev.exposure.intake.deadletter.RejectedRecord;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One poll's records, decoded.
 *
 * @param partitions what each partition brought; a partition whose records were all rejected is there too, because its
 *     position advances all the same
 * @param rejected records that hold no usable exposure
 * @param next offsets to continue at
 */
record Poll(
        List<PartitionRecords<Exposure>> partitions,
        List<RejectedRecord> rejected,
        Map<TopicPartition, OffsetAndMetadata> next) {

    /** Offset of the first record of each partition. */
    Map<PartitionId, Long> first() {
        Map<PartitionId, Long> first = new HashMap<>();
        partitions.forEach(records -> first.put(records.partition(), records.firstOffset()));
        return first;
    }
}
