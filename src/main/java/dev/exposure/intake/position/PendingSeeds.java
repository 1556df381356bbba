package dev.exposure.intake.position;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Initial positions that could not be committed before joining, because other members of the group were already active
 * (a topic added in a rolling update). The owner commits them when it gets the partition.
 */
final class PendingSeeds {

    private final Map<PartitionId, Position> seeds = new ConcurrentHashMap<>();

    void pin(PartitionId partition, Position position) {
        seeds.put(partition, position);
    }

    /** Position pinned in exactly this log; a topic created again under the same name has none. */
    @Nullable
    Position find(PartitionId partition, LogId log) {
        Position seed = seeds.get(partition);
        return seed == null || !seed.log().equals(log) ? null : seed;
    }
}
