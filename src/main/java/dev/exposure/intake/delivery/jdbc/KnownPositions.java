package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.partition.Position.NO_EPOCH;

import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.delivery.PositionsWentBackException.Fall;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Positions that this process has seen stored, to notice when the database goes back in time: after a failover to a replica
 * that lagged, its rows are a little older, or not there yet. Safe for use by several threads.
 */
final class KnownPositions {

    private final Map<PartitionId, Position> known = new ConcurrentHashMap<>();
    private final Map<PartitionId, Position> starts = new ConcurrentHashMap<>();

    /** Replaces what was known of these partitions by what is stored now. */
    void read(Collection<PartitionId> partitions, Map<PartitionId, Position> stored) {
        known.keySet().removeAll(partitions);
        known.putAll(stored);
    }

    /** Takes note of what a transaction has found and stored. */
    void seen(Map<PartitionId, Position> stored) {
        known.putAll(stored);
    }

    /** Takes note of the first position of a partition, before which no result was stored. */
    void started(PartitionId partition, Position start) {
        starts.put(partition, start);
    }

    void forget(Collection<PartitionId> partitions) {
        known.keySet().removeAll(partitions);
        starts.keySet().removeAll(partitions);
    }

    /**
     * Compares with what is stored now.
     *
     * @param logs partitions that were asked for, and the log of each
     * @throws PositionsWentBackException when a position is gone, or behind the one that was seen in the same log
     */
    void compare(SortedMap<PartitionId, LogId> logs, Map<PartitionId, Position> stored) {
        Map<PartitionId, Fall> falls = new HashMap<>();
        logs.forEach((partition, log) -> {
            Position before = known.get(partition);
            if (before != null && before.log().equals(log)) {
                Position now = stored.get(partition);
                if (now == null) {
                    Position start = starts.get(partition);
                    Long from = start != null && start.log().equals(log) ? Long.valueOf(start.nextOffset()) : null;
                    falls.put(partition, new Fall(before.nextOffset(), from));
                } else if (isBehind(now, before)) {
                    falls.put(partition, new Fall(before.nextOffset(), now.nextOffset()));
                }
            }
        });
        if (!falls.isEmpty()) {
            throw new PositionsWentBackException(falls);
        }
    }

    /** First positions of the partitions, as far as this process stored them. */
    SortedMap<PartitionId, Position> starts(Collection<PartitionId> partitions) {
        SortedMap<PartitionId, Position> found = new TreeMap<>(starts);
        found.keySet().retainAll(partitions);
        return found;
    }

    /** A lower position with a later epoch is not behind: the log was truncated, and another owner has noticed. */
    private static boolean isBehind(Position now, Position before) {
        if (!now.log().equals(before.log()) || now.nextOffset() >= before.nextOffset()) {
            return false;
        }
        boolean isLaterBranch = now.leaderEpoch() != NO_EPOCH
                && before.leaderEpoch() != NO_EPOCH
                && now.leaderEpoch() > before.leaderEpoch();
        return !isLaterBranch;
    }
}
