package dev.exposure.intake.count;

import dev.exposure.intake.decode.Exposure;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Adds exposures up by minute, campaign, ad and slot.
 *
 * <p>Most of the exposures of a poll belong to few tallies. A tally is found by the bytes of the ids, so no text or key is
 * made for each exposure. This is a hash table with open addressing; nobody outside can know its hashes. For one thread.
 */
public final class Tallies {

    private static final long MILLIS_OF_A_MINUTE = TimeUnit.MINUTES.toMillis(1);
    private static final int FIRST_CAPACITY = 1024;
    private static final int MINUTE_FACTOR = 0x9E3779B9;

    /** Its length is a power of two, and at most half of it is in use. */
    private @Nullable Tally[] table = new Tally[FIRST_CAPACITY];

    private int size;

    Tallies() {}

    /** Adds these up; the result is sorted by key. */
    public static SortedMap<CountKey, Tally> of(List<Exposure> exposures) {
        Tallies tallies = new Tallies();
        exposures.forEach(tallies::add);
        return tallies.byKey();
    }

    void add(Exposure exposure) {
        long minute = Math.floorDiv(exposure.exposedAtMillis(), MILLIS_OF_A_MINUTE);
        int hash = exposure.hashOfIds() ^ Long.hashCode(minute) * MINUTE_FACTOR;
        int mask = table.length - 1;
        int slot = hash & mask;
        Tally tally = table[slot];
        while (tally != null && !tally.isOf(exposure, minute, hash)) {
            slot = (slot + 1) & mask;
            tally = table[slot];
        }
        if (tally == null) {
            tally = new Tally(exposure, minute, hash);
            table[slot] = tally;
            size++;
            if (size > table.length / 2) {
                grow();
            }
        }
        tally.add(exposure.priceMicros());
    }

    private void grow() {
        @Nullable Tally[] before = table;
        @Nullable Tally[] larger = new Tally[before.length * 2];
        int mask = larger.length - 1;
        for (Tally tally : before) {
            if (tally != null) {
                int slot = tally.hash() & mask;
                while (larger[slot] != null) {
                    slot = (slot + 1) & mask;
                }
                larger[slot] = tally;
            }
        }
        table = larger;
    }

    /** The tallies in the order of their keys, in which every writer locks the rows. */
    SortedMap<CountKey, Tally> byKey() {
        SortedMap<CountKey, Tally> sorted = new TreeMap<>();
        Arrays.stream(table).filter(Objects::nonNull).forEach(tally -> sorted.put(tally.key(), tally));
        return sorted;
    }
}
