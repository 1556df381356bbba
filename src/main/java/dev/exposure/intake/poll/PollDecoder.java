package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.deadletter.RejectedRecord;
import dev.exposure.intake.decode.Decoded;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.decode.ExposureDecoder;
import dev.exposure.intake.decode.Rejection;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.OwnedPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Decodes a poll's records, partition by partition. */
final class PollDecoder {

    private final ExposureDecoder decoder;
    private final Assignment assignment;

    PollDecoder(ExposureDecoder decoder, Assignment assignment) {
        this.decoder = decoder;
        this.assignment = assignment;
    }

    /**
     * Decodes all records except those of void partitions, whose positions were moved after the records were fetched.
     *
     * @throws IllegalStateException when a partition's log is not known; no record may be processed before it is
     */
    Poll decode(ConsumerRecords<byte[], byte[]> records, Set<PartitionId> voidPartitions) {
        List<PartitionRecords<Exposure>> partitions = new ArrayList<>();
        List<RejectedRecord> rejected = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            PartitionId id = Partitions.id(partition);
            if (!voidPartitions.contains(id)) {
                OffsetAndMetadata end = end(records, partition);
                next.put(partition, end);
                partitions.add(decode(id, end, records.records(partition), rejected));
            }
        }
        return new Poll(partitions, rejected, next);
    }

    private PartitionRecords<Exposure> decode(
            PartitionId id,
            OffsetAndMetadata end,
            List<ConsumerRecord<byte[], byte[]>> records,
            List<RejectedRecord> rejected) {
        OwnedPartition owned = assignment.find(id);
        if (owned == null || owned.log() == null) {
            throw new IllegalStateException("Records of " + id + ", whose start is not decided");
        }
        PartitionRecords.Builder<Exposure> decodedRecords =
                PartitionRecords.builder(id, owned.log(), records.get(0).offset(), records.size());
        if (owned.position() != null) {
            decodedRecords.from(owned.position());
        }
        Function<byte @Nullable [], Decoded> values = decoder.forThisThread();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Decoded decoded = values.apply(record.value());
            if (decoded instanceof Exposure exposure) {
                decodedRecords.add(record.offset(), epoch(record.leaderEpoch()), exposure);
            } else if (decoded instanceof Rejection rejection) {
                decodedRecords.reject(record.offset(), epoch(record.leaderEpoch()));
                rejected.add(new RejectedRecord(record, rejection));
            }
        }
        return decodedRecords.build(end.offset(), epoch(end.leaderEpoch()));
    }

    /** Offset after the last record, control records included where the client tells it. */
    private static OffsetAndMetadata end(ConsumerRecords<byte[], byte[]> records, TopicPartition partition) {
        OffsetAndMetadata told = records.nextOffsets().get(partition);
        if (told != null) {
            return told;
        }
        List<ConsumerRecord<byte[], byte[]>> ofPartition = records.records(partition);
        ConsumerRecord<byte[], byte[]> last = ofPartition.get(ofPartition.size() - 1);
        return new OffsetAndMetadata(last.offset() + 1, last.leaderEpoch(), "");
    }

    private static int epoch(Optional<Integer> epoch) {
        return epoch.orElse(Position.NO_EPOCH);
    }
}
