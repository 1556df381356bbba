package dev.exposure.intake.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the names of an object's members and finds what they mean. Writers repeat the same names in the same order, so
 * a name is first compared with the one at its place in the object before. An instance belongs to one thread.
 *
 * @param <T> what a name means
 */
public final class NameReader<T> {

    /** How many names of an object are remembered. */
    private static final int PLACES = 32;

    /** Bytes of the longest name that is remembered, so that no record can use much memory. */
    private static final int MAX_LENGTH = 64;

    private static final byte[] NONE = {};

    // Each with its quotes, the colon and white space, as it stood in the record.
    private final byte[][] before = new byte[PLACES][0];
    private final List<@Nullable T> meanings =
            new ArrayList<@Nullable T>(Collections.<@Nullable T>nCopies(PLACES, null));
    private final NameTable<T> table;
    private boolean inText;
    private int place;

    /** Reader of the names in the table. */
    public NameReader(NameTable<T> table) {
        this.table = table;
    }

    /** Starts with the names of another object. */
    public void start(JsonScanner scanner) {
        place = 0;
        if (scanner.isInText() != inText) {
            inText = scanner.isInText();
            Arrays.fill(before, NONE); // quotes are written in another way
        }
    }

    /** Reads the name at the scanner's index, with its colon. Returns its meaning; null if it has none, and on failure. */
    public @Nullable T read(JsonScanner scanner) {
        if (place == PLACES) {
            return readNew(scanner);
        }
        int here = place++;
        byte[] expected = before[here];
        if (expected.length > 0 && scanner.jump(expected, 0, expected.length)) {
            return meanings.get(here);
        }
        int start = scanner.at();
        T meaning = readNew(scanner);
        boolean kept = !scanner.failed() && scanner.at() - start <= MAX_LENGTH;
        before[here] = kept ? Arrays.copyOfRange(scanner.bytes(), start, scanner.at()) : NONE;
        meanings.set(here, meaning);
        return meaning;
    }

    private @Nullable T readNew(JsonScanner scanner) {
        return scanner.name() ? table.find(scanner.bytes(), scanner.from(), scanner.to()) : null;
    }
}
