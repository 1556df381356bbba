package dev.exposure.intake.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what a name means by its bytes, without making it a text. The names are those of the configuration only. */
final class NameTable {

    private static final int SIZE = 128;

    // No name is empty, so an empty one stands for a free place.
    private final byte[][] names = new byte[SIZE][0];
    private final Keys.@Nullable Key[] keys = new Keys.Key[SIZE];

    NameTable(Map<String, Keys.Key> meanings) {
        meanings.forEach((name, key) -> {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            int slot = slot(bytes, 0, bytes.length);
            while (names[slot].length > 0) {
                slot = (slot + 1) % SIZE;
            }
            names[slot] = bytes;
            keys[slot] = key;
        });
    }

    /** Meaning of the name in the bytes, or null for one that has none. */
    Keys.@Nullable Key find(byte[] bytes, int from, int to) {
        if (from == to) {
            return null;
        }
        int slot = slot(bytes, from, to);
        while (names[slot].length > 0 && !Arrays.equals(names[slot], 0, names[slot].length, bytes, from, to)) {
            slot = (slot + 1) % SIZE;
        }
        return keys[slot];
    }

    private static int slot(byte[] bytes, int from, int to) {
        return ((to - from) * 31 + bytes[from] * 7 + bytes[to - 1]) & (SIZE - 1);
    }
}
