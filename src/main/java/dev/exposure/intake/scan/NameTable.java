package dev.exposure.intake.scan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a name means by its bytes, without making a string.
 *
 * @param <T> what a name means
 */
public final class NameTable<T> {

    private static final int SIZE = 128;

    // No name is empty, so an empty one stands for a free place.
    private final byte[][] names = new byte[SIZE][0];
    private final List<@Nullable T> meanings = new ArrayList<@Nullable T>(Collections.<@Nullable T>nCopies(SIZE, null));

    /** Table of a few dozen names, none of them empty. */
    public NameTable(Map<String, T> meaningsByName) {
        meaningsByName.forEach((name, meaning) -> {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            int slot = slot(bytes, 0, bytes.length);
            while (names[slot].length > 0) {
                slot = (slot + 1) % SIZE;
            }
            names[slot] = bytes;
            meanings.set(slot, meaning);
        });
    }

    /** Meaning of the name in the bytes, or null for one that has none. */
    @Nullable
    T find(byte[] bytes, int from, int to) {
        if (from == to) {
            return null;
        }
        int slot = slot(bytes, from, to);
        while (names[slot].length > 0 && !Arrays.equals(names[slot], 0, names[slot].length, bytes, from, to)) {
            slot = (slot + 1) % SIZE;
        }
        return meanings.get(slot);
    }

    private static int slot(byte[] bytes, int from, int to) {
        return ((to - from) * 31 + bytes[from] * 7 + bytes[to - 1]) & (SIZE - 1);
    }
}
