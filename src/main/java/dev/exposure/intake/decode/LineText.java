package dev.exposure.intake.decode;

import java.util.function.Consumer;
import tools.jackson.core.JsonParser;

/** A parser's current text, which may hold a line. It is read in place, before the parser moves on. */
final class LineText {

    private final char[] chars;
    private final int from;
    private final int to;

    LineText(JsonParser parser) {
        this.chars = parser.getStringCharacters();
        int start = parser.getStringOffset();
        this.to = start + parser.getStringLength();
        int first = start;
        while (first < to && isWhiteSpace(chars[first])) {
            first++;
        }
        this.from = first;
    }

    boolean isBlank() {
        return from == to;
    }

    /** Whether it begins as an object does; then it is a line, even if it is broken. */
    boolean isObject() {
        return from < to && chars[from] == '{';
    }

    /**
     * Reads the object.
     *
     * @param reader reads up to the object's end, beginning after its opening brace
     * @return false when something follows the object
     */
    boolean read(StrictJson json, Consumer<JsonParser> reader) {
        try (JsonParser parser = json.parse(chars, from, to - from)) {
            parser.nextToken();
            reader.accept(parser);
            return parser.nextToken() == null;
        }
    }

    private static boolean isWhiteSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
