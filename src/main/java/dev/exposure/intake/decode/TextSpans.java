package dev.exposure.intake.decode;

import java.util.Arrays;

/** Where in a record's bytes the texts of a line are. An instance is reused and belongs to one thread. */
final class TextSpans {

    private final int[] from = new int[Field.COUNT];
    private final int[] length = new int[Field.COUNT];

    void clear() {
        Arrays.fill(from, 0);
        Arrays.fill(length, 0);
    }

    void set(Field field, int start, int end) {
        from[field.ordinal()] = start;
        length[field.ordinal()] = end - start;
    }

    int from(Field field) {
        return from[field.ordinal()];
    }

    /** Length in bytes, 0 for an absent text. */
    int length(Field field) {
        return length[field.ordinal()];
    }

    boolean isAbsent(Field field) {
        return length(field) == 0;
    }
}
