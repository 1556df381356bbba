package dev.exposure.intake.poll;

import dev.exposure.intake.deadletter.RejectedRecord;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.process.ExposureSlice;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One poll's records, decoded.
 *
 * @param slices what each partition brought; a partition whose records were all rejected has one too, because its position
 *     advances all the same
 * @param rejected records that hold no usable exposure
 * @param first offset of the first record of each partition
 * @param next offsets to go on from
 */
record Poll(
        List<ExposureSlice> slices,
        List<RejectedRecord> rejected,
        Map<PartitionId, Long> first,
        Map<TopicPartition, OffsetAndMetadata> next) {}
