package dev.exposure.intake.position;

import dev.exposure.intake.sink.PartitionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Initial positions that were resolved but that Kafka did not let us commit before joining, because other members of the
 * group were active already (a topic added in a rolling update). The owner commits them when it gets the partition.
 */
final class InitialPins {

    private final Map<PartitionId, Long> offsets = new ConcurrentHashMap<>();

    void pin(PartitionId partition, long offset) {
        offsets.put(partition, offset);
    }

    @Nullable
    Long find(PartitionId partition) {
        return offsets.get(partition);
    }
}
