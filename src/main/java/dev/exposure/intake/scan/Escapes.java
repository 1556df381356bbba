package dev.exposure.intake.scan;

/** Escapes in JSON strings: where one ends, and what it stands for. */
public final class Escapes {

    private static final String CODES = "\"\\/bfnrt";
    private static final String MEANINGS = "\"\\/\b\f\n\r\t";
    private static final int HEX_LENGTH = 4;

    private Escapes() {}

    /** Index after the escape that begins at the index, or -1 when it is none. */
    static int end(byte[] bytes, int at) {
        if (at + 1 == bytes.length) {
            return -1;
        }
        if (bytes[at + 1] == 'u') {
            return hex(bytes, at + 2) < 0 ? -1 : at + 2 + HEX_LENGTH;
        }
        return CODES.indexOf(bytes[at + 1]) < 0 ? -1 : at + 2;
    }

    /**
     * The same for a string inside the text of another string: passes an escape of the outer string that stands for an
     * ordinary character, or a whole escape of the inner string. Other ways to write an inner escape give -1.
     */
    static int endInText(byte[] bytes, int at) {
        int code = at + 2 < bytes.length ? bytes[at + 1] : 0;
        if (code == '/') {
            return at + 2;
        }
        if (code == 'u') {
            int unit = hex(bytes, at + 2);
            boolean ordinary = unit >= ' ' && unit != '"' && unit != '\\' && !Character.isSurrogate((char) unit);
            return ordinary ? at + 2 + HEX_LENGTH : -1;
        }
        if (code != '\\') {
            return -1;
        }
        if (bytes[at + 2] == '\\') {
            boolean known = at + 3 < bytes.length && (bytes[at + 3] == '"' || bytes[at + 3] == '\\');
            return known ? at + 4 : -1;
        }
        return bytes[at + 2] == '"' ? -1 : end(bytes, at + 1);
    }

    /**
     * Replaces the escapes by what they stand for, in UTF-8. The result is never longer.
     *
     * @return the new end, or -1 when there is a NUL character or an unpaired surrogate
     */
    public static int replace(byte[] bytes, int from, int end) {
        int out = from;
        for (int i = from; i < end; ) {
            if (bytes[i] != '\\') {
                bytes[out++] = bytes[i++];
                continue;
            }
            int code = bytes[i + 1];
            int character = code == 'u' ? hex(bytes, i + 2) : MEANINGS.charAt(CODES.indexOf(code));
            i += code == 'u' ? 2 + HEX_LENGTH : 2;
            if (Character.isSurrogate((char) character)) {
                boolean escape = i + 1 < end && bytes[i] == '\\' && bytes[i + 1] == 'u';
                int low = escape ? hex(bytes, i + 2) : 0;
                if (!Character.isSurrogatePair((char) character, (char) low)) {
                    return -1;
                }
                character = Character.toCodePoint((char) character, (char) low);
                i += 2 + HEX_LENGTH;
            }
            if (character == 0) {
                return -1;
            }
            out = Utf8.put(bytes, out, character);
        }
        return out;
    }

    private static int hex(byte[] bytes, int at) {
        if (at + HEX_LENGTH > bytes.length) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + HEX_LENGTH; i++) {
            int digit = bytes[i] < 0 ? -1 : Character.digit((char) bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
