package dev.exposure.intake.decode;

import dev.exposure.intake.scan.NameTable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names that mean something in an event or a line, as configured. */
final class Keys {

    static final String MESSAGE = "message";
    static final String TIMESTAMP = "@timestamp";

    private final Map<String, Key> byName = new HashMap<>();
    private final String[] fieldNames = new String[Field.COUNT];
    private final long lineMarks;

    Keys(FormatProperties properties) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Field field : Field.values()) {
            fields.put(properties.nameOf(field), field);
            fieldNames[field.ordinal()] = properties.nameOf(field);
        }
        Set<String> names = new LinkedHashSet<>(fields.keySet());
        names.addAll(properties.targets());
        names.addAll(List.of(MESSAGE, TIMESTAMP));
        long marks = 0;
        for (String name : names) {
            long bit = 1L << byName.size();
            Key key = new Key(
                    bit,
                    fields.get(name),
                    properties.targets().indexOf(name),
                    name.equals(MESSAGE),
                    name.equals(TIMESTAMP));
            byName.put(name, key);
            // Every event has a @timestamp, so it does not mark a line, even if exposed_at is mapped to it.
            if (key.field != null && key.field.isRequired() && !key.isTimestamp) {
                marks |= bit;
            }
        }
        this.lineMarks = marks;
    }

    /** Meaning of a name, or null for one that has none. */
    @Nullable
    Key find(String name) {
        return byName.get(name);
    }

    /** The same, found by a name's bytes. */
    NameTable<Key> table() {
        return new NameTable<>(byName);
    }

    /** Name that the field has in a line. */
    String nameOf(Field field) {
        return fieldNames[field.ordinal()];
    }

    /** Whether an object in which these keys were seen is an exposure line: it names at least one required field. */
    boolean markLine(long seen) {
        return (seen & lineMarks) != 0;
    }

    /**
     * Meaning of one name.
     *
     * @param bit the name's place in a set of keys seen
     * @param field field that has this name in a line, if any
     * @param target rank of the target of this name, -1 for none
     */
    record Key(long bit, @Nullable Field field, int target, boolean isMessage, boolean isTimestamp) {

        /** Whether the name has only one meaning. */
        boolean isPlain() {
            int meanings =
                    (field != null ? 1 : 0) + (target >= 0 ? 1 : 0) + (isMessage ? 1 : 0) + (isTimestamp ? 1 : 0);
            return meanings == 1;
        }
    }
}
