package dev.exposure.intake.scan;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads bytes as UTF-8, strictly: the JSON parser itself accepts overlong forms and surrogates. */
public final class Utf8 {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private Utf8() {}

    /** Text of the bytes, without a byte order mark at the beginning, or null when they are not UTF-8. */
    public static @Nullable CharBuffer decode(byte[] bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            boolean marked = text.hasRemaining() && text.get(text.position()) == BYTE_ORDER_MARK;
            return marked ? text.position(text.position() + 1) : text;
        } catch (CharacterCodingException ex) {
            return null;
        }
    }

    /** Whether the bytes are UTF-8, without making a string. */
    public static boolean isValid(byte[] bytes) {
        if (ByteRuns.isAscii(bytes)) {
            return true;
        }
        int i = 0;
        while (i < bytes.length) {
            int length = bytes[i] >= 0 ? 1 : lengthOf(bytes, i);
            if (length == 0) {
                return false;
            }
            i += length;
        }
        return true;
    }

    /** Puts the character's bytes at the index; returns the index after them. */
    static int put(byte[] bytes, int at, int character) {
        int out = at;
        if (character < 0x80) {
            bytes[out++] = (byte) character;
            return out;
        }
        if (character < 0x800) {
            bytes[out++] = (byte) (0xc0 | (character >> 6));
        } else {
            if (character < 0x10000) {
                bytes[out++] = (byte) (0xe0 | (character >> 12));
            } else {
                bytes[out++] = (byte) (0xf0 | (character >> 18));
                bytes[out++] = (byte) (0x80 | ((character >> 12) & 0x3f));
            }
            bytes[out++] = (byte) (0x80 | ((character >> 6) & 0x3f));
        }
        bytes[out++] = (byte) (0x80 | (character & 0x3f));
        return out;
    }

    /** Number of characters (code points) in these UTF-8 bytes. */
    public static int characters(byte[] bytes, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += isContinuation(bytes[i]) ? 0 : 1;
        }
        return count;
    }

    /** Length of the character of more than one byte at the index, or 0 when there is none. */
    private static int lengthOf(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) {
            return 0;
        }
        for (int i = at + 1; i < at + length; i++) {
            if (!isContinuation(bytes[i])) {
                return 0;
            }
        }
        int second = bytes[at + 1] & 0xff;
        boolean overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
        boolean surrogate = first == 0xed && second >= 0xa0;
        boolean beyond = first == 0xf4 && second >= 0x90;
        return overlong || surrogate || beyond ? 0 : length;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }
}
