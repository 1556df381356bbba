package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.partition.Position.NO_EPOCH;

import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.delivery.PositionsWentBackException.Fall;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Positions that this process has seen stored, to notice when the database goes back in time: after a failover to a replica
 * that lagged, its rows are those of a moment before. Safe for use by several threads.
 */
final class KnownPositions {

    private final Map<PartitionId, Position> known = new ConcurrentHashMap<>();

    /** Takes note of what is stored now. */
    void seen(Map<PartitionId, Position> stored) {
        known.putAll(stored);
    }

    void forget(Collection<PartitionId> partitions) {
        known.keySet().removeAll(partitions);
    }

    /**
     * Compares with what is stored now.
     *
     * @throws PositionsWentBackException when a position is behind the one that was seen in the same log
     */
    void compare(Map<PartitionId, Position> stored) {
        Map<PartitionId, Fall> falls = new HashMap<>();
        stored.forEach((partition, now) -> {
            Position before = known.get(partition);
            if (before != null && isBehind(now, before)) {
                falls.put(partition, new Fall(before.nextOffset(), now.nextOffset()));
            }
        });
        if (!falls.isEmpty()) {
            throw new PositionsWentBackException(falls);
        }
    }

    /** A lower position of a later epoch is that of a log that was truncated, which another owner has noticed. */
    private static boolean isBehind(Position now, Position before) {
        boolean isLaterBranch = now.leaderEpoch() != NO_EPOCH
                && before.leaderEpoch() != NO_EPOCH
                && now.leaderEpoch() > before.leaderEpoch();
        return now.log().equals(before.log()) && now.nextOffset() < before.nextOffset() && !isLaterBranch;
    }
}
