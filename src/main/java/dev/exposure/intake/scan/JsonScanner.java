package dev.exposure.intake.scan;

import java.util.Arrays;

/**
 * Walks over JSON in UTF-8 bytes, token by token, and over JSON inside a string's text, where each quote is escaped. It
 * accepts only strict JSON, and not all of it: at anything else it {@linkplain #failed() fails}, and the JSON library
 * has to decide. An instance is reused and belongs to one thread.
 */
public final class JsonScanner {

    /** Result of {@link #next} at the end of the string whose text is being read. */
    static final int TEXT_END = -1000;

    /** Deepest nesting that is read. Filebeat's events are about six deep; anything deeper than this is no event. */
    public static final int MAX_DEPTH = 100;

    private byte[] bytes = new byte[0];
    private int at;
    private boolean inText;
    private boolean failed;
    private int from;
    private int to;
    private boolean escaped;

    /** Starts at the beginning of these bytes, and keeps them. */
    public void start(byte[] value) {
        bytes = value;
        at = 0;
        inText = false;
        failed = false;
    }

    /** Whether something was not accepted; stays true until the next start. */
    public boolean failed() {
        return failed;
    }

    /** Fails, and returns false. */
    public boolean fail() {
        failed = true;
        return false;
    }

    /** Bytes that it reads. */
    public byte[] bytes() {
        return bytes;
    }

    /** Index of the next byte to read. */
    public int at() {
        return at;
    }

    /** Beginning of the name, string or number that was read last. */
    public int from() {
        return from;
    }

    /** End of the name, string or number that was read last. */
    public int to() {
        return to;
    }

    /** Whether the string that was read last holds an escape. */
    public boolean isEscaped() {
        return escaped;
    }

    /** Whether the number that was read last has neither fraction nor exponent. */
    public boolean isInteger() {
        return ByteRuns.digitsEnd(bytes, bytes[from] == '-' ? from + 1 : from) == to;
    }

    /** Whether it is inside the text of a string. */
    public boolean isInText() {
        return inText;
    }

    /** Passes over white space; returns the next character, or 0 if there is none or an escape that it does not know. */
    public int next() {
        while (at < bytes.length) {
            int c = bytes[at];
            if (c > ' ' && c != '\\') {
                return c == '"' && inText ? TEXT_END : c;
            }
            if (c == ' ' || (!inText && (c == '\n' || c == '\r' || c == '\t'))) {
                at++;
                continue;
            }
            int code = inText && c == '\\' && at + 1 < bytes.length ? bytes[at + 1] : 0;
            if (code != 'n' && code != 'r' && code != 't') {
                return code == '"' ? '"' : 0;
            }
            at += 2;
        }
        return 0;
    }

    /** Whether nothing but white space is left. */
    public boolean isAtEnd() {
        return next() == 0 && at == bytes.length;
    }

    /** Enters the object that begins here; returns whether a name follows. */
    public boolean enter() {
        at++;
        boolean empty = next() == '}';
        at += empty ? 1 : 0;
        return !empty && !failed;
    }

    /** Passes over the comma after an object's member, or over the object's end; returns whether another name follows. */
    public boolean more() {
        int c = failed ? 0 : next();
        if (c != ',' && c != '}') {
            return fail();
        }
        at++;
        return c == ',';
    }

    /** Reads the name that begins here, and its colon. Fails at an escape: it may matter, or be half a surrogate pair. */
    public boolean name() {
        boolean read = next() == '"' && string() && !escaped && next() == ':';
        at += read ? 1 : 0;
        return read || fail();
    }

    /**
     * Enters the text of the string that begins here, if the text begins with an object; else passes over the string.
     * Fails where the text begins with an escape that it does not know.
     */
    public boolean enterText() {
        int start = at++;
        inText = true;
        int c = next();
        if (c == '{') {
            return true;
        }
        inText = false;
        at = start;
        if (c == 0) {
            return fail();
        }
        string();
        return false;
    }

    /** Leaves the text of the string, which has to end here. */
    public void leaveText() {
        if (next() != TEXT_END) {
            fail();
        }
        at++;
        inText = false;
    }

    /** Reads the string that begins here. */
    public boolean string() {
        at += inText ? 2 : 1;
        from = at;
        escaped = false;
        for (int i = at; ; ) {
            i = ByteRuns.plainEnd(bytes, i);
            if (i == bytes.length) {
                return fail();
            }
            if (inText ? bytes[i] == '\\' && i + 1 < bytes.length && bytes[i + 1] == '"' : bytes[i] == '"') {
                to = i;
                at = i + (inText ? 2 : 1);
                return true;
            }
            i = bytes[i] != '\\' ? -1 : inText ? Escapes.endInText(bytes, i) : Escapes.end(bytes, i);
            if (i < 0) {
                return fail();
            }
            escaped = true;
        }
    }

    /** Reads the number that should begin here. */
    public boolean number() {
        int end = ByteRuns.numberEnd(bytes, at);
        if (end < 0) {
            return fail();
        }
        from = at;
        to = end;
        at = end;
        return true;
    }

    /** Reads {@code true}, {@code false} or {@code null}, which should begin here. */
    public boolean literal() {
        String word = bytes[at] == 't' ? "true" : bytes[at] == 'f' ? "false" : "null";
        for (int i = 0; i < word.length(); i++, at++) {
            if (at == bytes.length || bytes[at] != word.charAt(i)) {
                return fail();
            }
        }
        return true;
    }

    /** Passes over the next bytes, if they equal this part of the array; the caller knows that they may be passed over. */
    boolean jump(byte[] expected, int start, int end) {
        int after = at + end - start;
        boolean same = after <= bytes.length && Arrays.equals(bytes, at, after, expected, start, end);
        at = same ? after : at;
        return same;
    }

    /** Passes over any value; {@code depth} objects and arrays are open around it. */
    public boolean skip(int depth) {
        return switch (next()) {
            case '"' -> string();
            case '{' -> depth == MAX_DEPTH ? fail() : skipObject(depth + 1);
            case '[' -> depth == MAX_DEPTH ? fail() : skipArray(depth + 1);
            case 't', 'f', 'n' -> literal();
            default -> number();
        };
    }

    private boolean skipObject(int depth) {
        boolean more = enter();
        while (more) {
            more = name() && skip(depth) && more();
        }
        return !failed;
    }

    private boolean skipArray(int depth) {
        at++;
        if (next() == ']') {
            at++;
            return true;
        }
        while (skip(depth)) {
            int c = next();
            if (c != ',' && c != ']') {
                return fail();
            }
            at++;
            if (c == ']') {
                return true;
            }
        }
        return false;
    }
}
