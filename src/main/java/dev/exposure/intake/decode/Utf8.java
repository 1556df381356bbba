package dev.exposure.intake.decode;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads bytes as UTF-8, strictly: the JSON parser's own reading takes overlong forms and surrogates. */
final class Utf8 {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private Utf8() {}

    /** Text of the bytes without the byte order mark that they may begin with, or null when they are not UTF-8. */
    static @Nullable CharBuffer decode(byte[] bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            boolean marked = text.hasRemaining() && text.get(text.position()) == BYTE_ORDER_MARK;
            return marked ? text.position(text.position() + 1) : text;
        } catch (CharacterCodingException ex) {
            return null;
        }
    }
}
