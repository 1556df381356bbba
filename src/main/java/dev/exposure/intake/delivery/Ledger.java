package dev.exposure.intake.delivery;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.count.Tally;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Works out in memory what a write has to store, from its slices and the positions as they are locked now. Where exposures
 * are told apart by their ids too, the position judges first, and only what it lets through is looked up by id.
 */
final class Ledger {

    private final Map<PartitionId, Position> positions;
    private final SortedMap<PartitionId, Position> moved = new TreeMap<>();
    private final Map<CountKey, Tally> tallies = new HashMap<>();
    private final Set<PartitionId> truncated = new TreeSet<>();
    private final SortedMap<String, SinkRecord> undecided = new TreeMap<>();
    private final boolean byId;
    private long counted;
    private long duplicates;
    private long duplicatesById;
    private long tests;

    /**
     * @param byId whether exposures count only when {@link #admit} is told that their id is new
     */
    Ledger(Map<PartitionId, Position> stored, boolean byId) {
        this.positions = new HashMap<>(stored);
        this.byId = byId;
    }

    /** Enters a slice; several of one partition have the same effect as as many writes. */
    void enter(Slice slice) {
        PositionRule rule = new PositionRule(slice, positions.get(slice.partition()));
        for (SinkRecord record : slice.records()) {
            enter(slice, record, rule);
        }
        Position next = rule.moved();
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
        } else if (!byId) {
            count(record);
        } else if (undecided.putIfAbsent(record.exposureId(), record) != null) {
            duplicatesById++;
        }
    }

    private void count(SinkRecord record) {
        counted++;
        tallies.computeIfAbsent(record.key(), key -> new Tally()).add(record.priceMicros());
    }

    /** Ids on which it depends whether their exposures count, in the one order in which every writer locks them. */
    Collection<String> ids() {
        return undecided.keySet();
    }

    /** Counts the exposures whose ids are new; the others are duplicates. */
    void admit(Set<String> newIds) {
        undecided.forEach((id, record) -> {
            if (newIds.contains(id)) {
                count(record);
            } else {
                duplicatesById++;
            }
        });
        undecided.clear();
    }

    /** Counts to add, in the one order in which every writer locks their rows. */
    SortedMap<CountKey, Tally> counts() {
        return new TreeMap<>(tallies);
    }

    /** Positions to store; those that stay are absent. */
    SortedMap<PartitionId, Position> moved() {
        return moved;
    }

    DeliveryResult result() {
        return new DeliveryResult(
                counted, duplicates + duplicatesById, duplicatesById, tests, Collections.unmodifiableSet(truncated));
    }
}
