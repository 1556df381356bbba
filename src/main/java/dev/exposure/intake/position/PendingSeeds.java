package dev.exposure.intake.position;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Initial positions that were resolved but that Kafka did not let us commit before joining, because other members of the
 * group were active already (a topic added in a rolling update). The owner commits them when it gets the partition.
 */
final class PendingSeeds {

    private record Pin(LogId log, long offset) {}

    private final Map<PartitionId, Pin> pendingSeeds = new ConcurrentHashMap<>();

    void pin(PartitionId partition, LogId log, long offset) {
        pendingSeeds.put(partition, new Pin(log, offset));
    }

    /** Offset pinned in this very log; a topic that is created again under its name has no pins. */
    @Nullable
    Long find(PartitionId partition, LogId log) {
        Pin pin = pendingSeeds.get(partition);
        return pin == null || !pin.log().equals(log) ? null : pin.offset();
    }
}
