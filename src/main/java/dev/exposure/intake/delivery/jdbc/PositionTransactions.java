package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.delivery.PositionsWentBackException;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Passage;
import dev.exposure.intake.partition.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionStatus;

/**
 * Runs work in a transaction that has locked the positions and compared them with what this process knows of them. Starts
 * over after a conflict with another writer.
 */
final class PositionTransactions {

    private final JdbcTemplate jdbc;
    private final Transactions writes;
    private final PositionTable positions;
    private final KnownPositions known;
    private final Supplier<Dialect> dialect;
    private final RetryTemplate repeat;

    PositionTransactions(
            JdbcTemplate jdbc,
            Transactions writes,
            PositionTable positions,
            KnownPositions known,
            Supplier<Dialect> dialect) {
        this.jdbc = jdbc;
        this.writes = writes;
        this.positions = positions;
        this.known = known;
        this.dialect = dialect;
        this.repeat = new RetryTemplate(RetryPolicy.builder()
                .predicate(DatabaseFailures::isConflict)
                .maxRetries(6)
                .delay(Duration.ofMillis(10))
                .jitter(Duration.ofMillis(10))
                .multiplier(2)
                .timeout(writes.limit())
                .build());
    }

    /** What a transaction did, and the positions that it stored. */
    record Outcome<T>(T result, Map<PartitionId, Passage> moved) {}

    /** Work in a transaction that has locked the positions. */
    interface Work<T> {
        Outcome<T> with(Map<PartitionId, Position> stored, TransactionStatus status);
    }

    /**
     * Runs the work for partitions of these logs.
     *
     * @throws PositionsWentBackException when stored positions are lower than this process knows them to be
     * @throws dev.exposure.intake.delivery.OtherGroupException when rows would be inserted beside those of another group
     */
    <T> T write(SortedMap<PartitionId, LogId> logs, Work<T> work) {
        Dialect spoken = dialect.get();
        // Two writers can insert the same new row at once: the one that loses starts over and finds the other's.
        Map<PartitionId, Position> seen = new HashMap<>();
        Outcome<T> outcome;
        try {
            outcome = repeat.invoke(() -> writes.execute(status -> {
                spoken.begin(jdbc, writes.silence());
                Map<PartitionId, Position> stored = positions.lock(jdbc, logs);
                known.compare(logs, stored);
                requireSoleGroup(logs, stored);
                seen.clear();
                seen.putAll(stored);
                return work.with(stored, status);
            }));
        } catch (PositionsWentBackException ex) {
            restoreStarts(ex.falls());
            throw ex;
        }
        outcome.moved().forEach((partition, passage) -> seen.put(partition, passage.to()));
        known.seen(seen);
        return outcome.result();
    }

    /** Checks again what was checked at the start: another group may have started at the same moment, on an empty database. */
    private void requireSoleGroup(SortedMap<PartitionId, LogId> logs, Map<PartitionId, Position> stored) {
        Map<String, Set<String>> unstored = new TreeMap<>();
        logs.forEach((partition, log) -> {
            if (!stored.containsKey(partition)) {
                unstored.computeIfAbsent(log.clusterId(), cluster -> new TreeSet<>())
                        .add(partition.topic());
            }
        });
        unstored.forEach((clusterId, topics) -> positions.requireSoleGroup(jdbc, clusterId, topics));
    }

    /** Restores the first positions of rows that the database has lost, because all results since then are lost too. */
    private void restoreStarts(Map<PartitionId, PositionsWentBackException.Fall> falls) {
        SortedMap<PartitionId, Position> starts = known.starts(falls.keySet());
        starts.entrySet().removeIf(start -> {
            PositionsWentBackException.Fall fall = falls.get(start.getKey());
            Long to = fall == null ? null : fall.to();
            return to == null || to != start.getValue().nextOffset();
        });
        if (starts.isEmpty()) {
            return;
        }
        SortedMap<PartitionId, LogId> logs = new TreeMap<>();
        starts.forEach((partition, start) -> logs.put(partition, start.log()));
        writes.execute(status -> {
            Map<PartitionId, Position> stored = positions.lock(jdbc, logs);
            starts.keySet().removeAll(stored.keySet());
            SortedMap<PartitionId, Passage> moved = new TreeMap<>();
            starts.forEach((partition, start) -> moved.put(partition, Passage.start(start)));
            positions.store(jdbc, moved, stored);
            return starts;
        });
    }
}
