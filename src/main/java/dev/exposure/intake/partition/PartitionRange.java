package dev.exposure.intake.partition;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Partitions of one topic with consecutive numbers, so that many partitions have a short text.
 *
 * @param from number of the first
 * @param to number of the last
 */
public record PartitionRange(String topic, int from, int to) {

    /** The partitions as sorted ranges, as few as possible. */
    public static List<PartitionRange> of(Collection<PartitionId> partitions) {
        List<PartitionRange> ranges = new ArrayList<>();
        for (PartitionId id : new TreeSet<>(partitions)) {
            PartitionRange last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (last != null && last.topic.equals(id.topic()) && last.to + 1 == id.partition()) {
                ranges.set(ranges.size() - 1, new PartitionRange(last.topic, last.from, id.partition()));
            } else {
                ranges.add(new PartitionRange(id.topic(), id.partition(), id.partition()));
            }
        }
        return ranges;
    }

    /** Text for a person, as in {@code ads-0 to 11, ads-14}. */
    public static String text(Collection<PartitionId> partitions) {
        return of(partitions).stream().map(PartitionRange::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return topic + "-" + from + (from == to ? "" : " to " + to);
    }
}
