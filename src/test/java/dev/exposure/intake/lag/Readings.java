package dev.exposure.intake.lag;

import dev.exposure.intake.cluster.LogRange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Readings as a cluster might give them. */
final class Readings {

    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    static final Uuid TOPIC_ID = new Uuid(1, 1);

    private Readings() {}

    static LagReading reading(long second, PartitionSample... partitions) {
        return new LagReading(
                START.plusSeconds(second), TimeUnit.SECONDS.toNanos(second), List.of(partitions), Map.of());
    }

    static PartitionSample partition(int number, @Nullable Long committed, @Nullable LogRange log) {
        return partition(TOPIC_ID, number, committed, log);
    }

    static PartitionSample partition(Uuid topicId, int number, @Nullable Long committed, @Nullable LogRange log) {
        return new PartitionSample(new TopicIdPartition(topicId, number, "ads"), "c@h", committed, null, log);
    }

    static LogRange log(long start, long end) {
        return new LogRange(start, end, 0, null);
    }
}
