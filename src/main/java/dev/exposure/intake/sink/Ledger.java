package dev.exposure.intake.sink;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Works out in memory what a write has to store, from its slices and the positions as they are locked now. */
final class Ledger {

    private final Map<PartitionId, StoredPosition> positions;
    private final SortedMap<PartitionId, StoredPosition> moved = new TreeMap<>();
    private final Map<CountKey, Tally> tallies = new HashMap<>();
    private final Set<PartitionId> truncated = new TreeSet<>();
    private long counted;
    private long duplicates;
    private long tests;

    Ledger(Map<PartitionId, StoredPosition> stored) {
        this.positions = new HashMap<>(stored);
    }

    /** Enters a slice; several of one partition have the same effect as as many writes. */
    void enter(Slice slice) {
        PositionRule rule = new PositionRule(slice, positions.get(slice.partition()));
        for (SinkRecord record : slice.records()) {
            enter(slice, record, rule);
        }
        StoredPosition next = rule.moved();
        if (next != null) {
            positions.put(slice.partition(), next);
            moved.put(slice.partition(), next);
        }
        if (rule.truncated()) {
            truncated.add(slice.partition());
        }
    }

    private void enter(Slice slice, SinkRecord record, PositionRule rule) {
        if (record.offset() >= slice.nextOffset()) {
            // The position would not cover it, and it would be counted again the next time.
            throw new IllegalArgumentException("Record " + record.offset() + " of " + slice.partition()
                    + " lies beyond the end of its slice, " + slice.nextOffset());
        }
        if (rule.isDuplicate(record)) {
            duplicates++;
        } else if (record.test()) {
            tests++;
        } else {
            counted++;
            tallies.computeIfAbsent(record.key(), key -> new Tally()).add(record.priceMicros());
        }
    }

    /** Counts to add, in the one order in which every writer locks their rows. */
    SortedMap<CountKey, Tally> counts() {
        return new TreeMap<>(tallies);
    }

    /** Positions to store; those that stay are absent. */
    SortedMap<PartitionId, StoredPosition> moved() {
        return moved;
    }

    WriteResult result() {
        return new WriteResult(counted, duplicates, tests, Collections.unmodifiableSet(truncated));
    }
}
