package dev.exposure.intake.outage;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRange;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to this instance.
 *
 * @param topic topic concerned, or null when it is not about one topic
 * @param partition partition concerned, or null when it is not about one partition
 * @param partitions partitions concerned; empty when it is not about any
 * @param detail explanation for a person; never holds content of a record
 */
public record IntakeEvent(
        Instant at,
        EventType type,
        @Nullable String topic,
        @Nullable Integer partition,
        List<PartitionRange> partitions,
        String detail) {

    /** Event about one partition, one topic or neither. */
    public IntakeEvent(Instant at, EventType type, @Nullable String topic, @Nullable Integer partition, String detail) {
        this(
                at,
                type,
                topic,
                partition,
                topic == null || partition == null
                        ? List.of()
                        : List.of(new PartitionRange(topic, partition, partition)),
                detail);
    }

    /** Event about at least one partition. */
    static IntakeEvent about(Instant at, EventType type, Collection<PartitionId> ids, String detail) {
        List<PartitionRange> ranges = PartitionRange.of(ids);
        PartitionRange first = ranges.get(0);
        boolean oneTopic = ranges.stream().allMatch(range -> range.topic().equals(first.topic()));
        return new IntakeEvent(
                at, type, oneTopic ? first.topic() : null, ids.size() == 1 ? first.from() : null, ranges, detail);
    }
}
