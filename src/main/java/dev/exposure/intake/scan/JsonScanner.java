package dev.exposure.intake.scan;

import java.util.Arrays;

/**
 * Walks over JSON in bytes that are UTF-8, token by token, and over JSON that is the text of a string in it, where each
 * quote is escaped. It takes nothing that is not strictly JSON, and not all that is: what it does not take makes it
 * {@linkplain #failed() fail}, and then the parser has to judge. An instance is reused and belongs to one thread.
 */
public final class JsonScanner {

    /** What {@link #next} gives at the end of the string that is being walked over. */
    static final int TEXT_END = -1000;

    /** Deepest nesting that is read. Filebeat's events are about six deep; one that is deeper than this is no event. */
    public static final int MAX_DEPTH = 100;

    private byte[] bytes = new byte[0];
    private int at;
    private boolean inText;
    private boolean failed;
    private int from;
    private int to;
    private boolean escaped;

    /** Starts at the beginning of these bytes, which it holds on to. */
    public void start(byte[] value) {
        bytes = value;
        at = 0;
        inText = false;
        failed = false;
    }

    /** Whether something was not taken; it stays so until the next start. */
    public boolean failed() {
        return failed;
    }

    /** Fails, and returns false. */
    public boolean fail() {
        failed = true;
        return false;
    }

    /** Bytes that it walks over. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where it stands. */
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

    /** Whether this is the text of a string. */
    public boolean isInText() {
        return inText;
    }

    /** Passes over white space; the character that follows, or 0 if there is none or an escape that is not understood. */
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

    /** Enters the object at which it stands; whether a name follows. */
    public boolean enter() {
        at++;
        boolean empty = next() == '}';
        at += empty ? 1 : 0;
        return !empty && !failed;
    }

    /** Passes over what separates the object's members, or over its end; whether another name follows. */
    public boolean more() {
        int c = failed ? 0 : next();
        if (c != ',' && c != '}') {
            return fail();
        }
        at++;
        return c == ',';
    }

    /** Reads the name at which it stands and the colon. One with an escape may matter, or hold half a surrogate pair: it fails. */
    public boolean name() {
        boolean read = next() == '"' && string() && !escaped && next() == ':';
        at += read ? 1 : 0;
        return read || fail();
    }

    /**
     * Enters the text of the string at which it stands, if that begins with an object; else passes over the string. It
     * fails where the text begins with an escape that may be anything.
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

    /** Reads the string at which it stands. */
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

    /** Reads the number at which it should stand. */
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

    /** Reads {@code true}, {@code false} or {@code null}, of which it stands at the first letter. */
    public boolean literal() {
        String word = bytes[at] == 't' ? "true" : bytes[at] == 'f' ? "false" : "null";
        for (int i = 0; i < word.length(); i++, at++) {
            if (at == bytes.length || bytes[at] != word.charAt(i)) {
                return fail();
            }
        }
        return true;
    }

    /** Passes over this part of the array, if its bytes are the next ones; the caller knows that they may be passed over. */
    boolean jump(byte[] expected, int start, int end) {
        int after = at + end - start;
        boolean same = after <= bytes.length && Arrays.equals(bytes, at, after, expected, start, end);
        at = same ? after : at;
        return same;
    }

    /** Passes over any value; so many objects and arrays are open around it. */
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
