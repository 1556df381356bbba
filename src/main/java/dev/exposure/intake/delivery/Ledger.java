package dev.exposure.intake.delivery;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Works out in memory what is left to process of a poll, from its records and the positions as they are locked now. Where
 * exposures are told apart by their ids too, the position judges first, and only what it lets through is looked up by id.
 */
public final class Ledger {

    private final Map<PartitionId, Position> positions;
    private final SortedMap<PartitionId, Position> moved = new TreeMap<>();
    private final Set<PartitionId> truncated = new TreeSet<>();
    private final List<Exposure> accepted = new ArrayList<>();
    private final SortedSet<String> ids = new TreeSet<>();
    private final boolean byId;
    private long duplicates;
    private long duplicatesById;
    private long tests;

    /**
     * Ledger of one poll.
     *
     * @param stored positions as they are now
     * @param byId whether exposures are left only when {@link #admit} is told that their id is new
     */
    public Ledger(Map<PartitionId, Position> stored, boolean byId) {
        this.positions = new HashMap<>(stored);
        this.byId = byId;
    }

    /** Enters what a partition brought; entering one partition twice has the same effect as two deliveries. */
    public void enter(PartitionRecords<Exposure> records) {
        PartitionId partition = records.partition();
        PositionRule rule = new PositionRule(records, positions.get(partition));
        for (int i = 0; i < records.size(); i++) {
            if (rule.isDuplicate(records.offset(i), records.leaderEpoch(i))) {
                duplicates++;
            } else {
                enter(records.get(i));
            }
        }
        Position next = rule.moved();
        if (next != null) {
            positions.put(partition, next);
            moved.put(partition, next);
        }
        if (rule.truncated()) {
            truncated.add(partition);
        }
    }

    private void enter(Exposure exposure) {
        if (exposure.test()) {
            tests++;
        } else if (byId && !ids.add(exposure.exposureId())) {
            duplicatesById++;
        } else {
            accepted.add(exposure);
        }
    }

    /** Ids on which it depends whether their exposures are processed, in the one order in which every writer locks them. */
    public Collection<String> ids() {
        return ids;
    }

    /** Keeps the exposures whose ids are new; the others are duplicates. */
    public void admit(Set<String> newIds) {
        int before = accepted.size();
        accepted.removeIf(exposure -> !newIds.contains(exposure.exposureId()));
        duplicatesById += before - accepted.size();
    }

    /** Exposures that are left to process, in the order in which they were entered. */
    public List<Exposure> accepted() {
        return Collections.unmodifiableList(accepted);
    }

    /** Positions to store; those that stay are absent. */
    public SortedMap<PartitionId, Position> moved() {
        return moved;
    }

    /** What became of the exposures. */
    public DeliveryResult result() {
        return new DeliveryResult(
                accepted.size(),
                duplicates + duplicatesById,
                duplicatesById,
                tests,
                Collections.unmodifiableSet(truncated));
    }
}
