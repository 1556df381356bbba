package dev.exposure.intake.delivery;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.partition.Outcomes;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Passage;
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
import java.util.stream.IntStream;

/**
 * Works out in memory what is left to process of a poll, from its records and the locked positions. If duplicates are
 * also found by id, the position decides first, and only the exposures that remain are looked up by id.
 */
public final class Ledger {

    private final Map<PartitionId, Position> positions;
    private final SortedMap<PartitionId, Position> moved = new TreeMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Set<PartitionId> truncated = new TreeSet<>();
    private final List<Exposure> accepted = new ArrayList<>();
    private final SortedSet<String> ids = new TreeSet<>();
    private final boolean byId;
    private long duplicates;

    /**
     * Ledger of one poll.
     *
     * @param stored positions as they are now
     * @param byId whether exposures remain only if {@link #admit} is told that their id is new
     */
    public Ledger(Map<PartitionId, Position> stored, boolean byId) {
        this.positions = new HashMap<>(stored);
        this.byId = byId;
    }

    /** Enters what a partition brought; entering one partition twice has the same effect as two deliveries. */
    public void enter(PartitionRecords<Exposure> records) {
        PartitionId partition = records.partition();
        Position stored = positions.get(partition);
        PositionRule rule = new PositionRule(records, stored);
        Entry entry = new Entry(records, rule, stored == null, accepted.size());
        for (int i = 0; i < records.size(); i++) {
            if (rule.isDuplicate(records.offset(i), records.leaderEpoch(i))) {
                duplicates++;
            } else {
                enter(records.get(i), entry);
            }
        }
        entry.accepted = accepted.size() - entry.acceptedFrom;
        entries.add(entry);
        Position next = rule.moved();
        if (next != null) {
            positions.put(partition, next);
            moved.put(partition, next);
        }
        if (rule.truncated()) {
            truncated.add(partition);
        }
    }

    private void enter(Exposure exposure, Entry entry) {
        if (exposure.test()) {
            entry.tests++;
        } else if (byId && !ids.add(exposure.exposureId())) {
            entry.duplicatesById++;
        } else {
            accepted.add(exposure);
        }
    }

    /** Ids to look up before their exposures are processed, in the order in which every writer locks them. */
    public Collection<String> ids() {
        return ids;
    }

    /** Keeps the exposures whose ids are new; the others are duplicates. */
    public void admit(Set<String> newIds) {
        List<Exposure> before = List.copyOf(accepted);
        accepted.clear();
        for (Entry entry : entries) {
            int end = entry.acceptedFrom + entry.accepted;
            List<Exposure> kept = before.subList(entry.acceptedFrom, end).stream()
                    .filter(exposure -> newIds.contains(exposure.exposureId()))
                    .toList();
            entry.duplicatesById += entry.accepted - kept.size();
            entry.acceptedFrom = accepted.size();
            entry.accepted = kept.size();
            accepted.addAll(kept);
        }
    }

    /** Exposures that are left to process, in the order in which they were entered. */
    public List<Exposure> accepted() {
        return Collections.unmodifiableList(accepted);
    }

    /** Positions to store; positions that stay are absent. */
    public SortedMap<PartitionId, Position> moved() {
        return moved;
    }

    /** Moves of positions, with what became of the offsets that they pass; positions that stay are absent. */
    public SortedMap<PartitionId, Passage> passages() {
        SortedMap<PartitionId, Passage> passages = new TreeMap<>();
        for (Entry entry : entries) {
            PartitionId partition = entry.records.partition();
            Position to = moved.get(partition);
            if (to != null) {
                Passage before = passages.get(partition);
                Outcomes outcomes = entry.outcomes();
                passages.put(
                        partition,
                        before == null || entry.isNewAccount
                                ? new Passage(entry.begin, entry.isNewAccount, to, outcomes)
                                : new Passage(
                                        before.from(),
                                        before.isNewAccount(),
                                        to,
                                        before.outcomes().plus(outcomes)));
            }
        }
        return passages;
    }

    /** What became of the exposures. */
    public DeliveryResult result() {
        long duplicatesById =
                entries.stream().mapToLong(entry -> entry.duplicatesById).sum();
        long tests = entries.stream().mapToLong(entry -> entry.tests).sum();
        return new DeliveryResult(
                accepted.size(),
                duplicates + duplicatesById,
                duplicatesById,
                tests,
                Collections.unmodifiableSet(truncated));
    }

    /** What one partition brought, and what became of it. */
    private static final class Entry {

        private final PartitionRecords<Exposure> records;
        private final boolean isNewAccount;
        private final long begin;
        private final long deadLetters;
        private int acceptedFrom;
        private int accepted;
        private long duplicatesById;
        private long tests;

        private Entry(PartitionRecords<Exposure> records, PositionRule rule, boolean hasNoPosition, int acceptedFrom) {
            this.records = records;
            this.isNewAccount = hasNoPosition || rule.truncated();
            this.begin = rule.begin();
            this.deadLetters = IntStream.range(0, records.rejectedSize())
                    .filter(index -> !rule.isDuplicateRejected(index))
                    .count();
            this.acceptedFrom = acceptedFrom;
        }

        private Outcomes outcomes() {
            long lost = records.lost(begin);
            return new Outcomes(
                    accepted, duplicatesById, tests, deadLetters, lost, records.withoutRecord(begin) - lost);
        }
    }
}
