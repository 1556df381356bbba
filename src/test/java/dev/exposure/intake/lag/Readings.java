package dev.exposure.intake.lag;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Readings as a cluster might give them. */
final class Readings {

    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    static final Uuid TOPIC_ID = new Uuid(1, 1);

    private Readings() {}

    static Reading reading(long second, PartitionReading... partitions) {
        return new Reading(START.plusSeconds(second), List.of(partitions), Map.of());
    }

    static PartitionReading partition(int number, @Nullable Long committed, @Nullable LogRange log) {
        return partition(TOPIC_ID, number, committed, log);
    }

    static PartitionReading partition(Uuid topicId, int number, @Nullable Long committed, @Nullable LogRange log) {
        return new PartitionReading(new TopicIdPartition(topicId, number, "ads"), "c@h", committed, log);
    }

    static LogRange log(long start, long end) {
        return new LogRange(start, end);
    }
}
