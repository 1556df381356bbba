package dev.exposure.intake.partition;

import java.util.Arrays;
import java.util.Objects;

/** Where records lie: their offsets and leader epochs, in the order in which they were added. For one thread. */
final class RecordPlaces {

    private long[] offsets;
    private int[] leaderEpochs;
    private int size;

    RecordPlaces(int expected) {
        this.offsets = new long[expected];
        this.leaderEpochs = new int[expected];
    }

    void add(long offset, int leaderEpoch) {
        if (size == offsets.length) {
            int larger = Math.max(16, size * 2);
            offsets = Arrays.copyOf(offsets, larger);
            leaderEpochs = Arrays.copyOf(leaderEpochs, larger);
        }
        offsets[size] = offset;
        leaderEpochs[size] = leaderEpoch;
        size++;
    }

    int size() {
        return size;
    }

    long offset(int index) {
        return offsets[Objects.checkIndex(index, size)];
    }

    int leaderEpoch(int index) {
        return leaderEpochs[Objects.checkIndex(index, size)];
    }

    /** Whether any of the records lies at or after this offset. */
    boolean isBeyond(long nextOffset) {
        for (int i = 0; i < size; i++) {
            if (offsets[i] >= nextOffset) {
                return true;
            }
        }
        return false;
    }
}
