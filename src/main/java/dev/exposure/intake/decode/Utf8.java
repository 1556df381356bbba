package dev.exposure.intake.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Checks that bytes are UTF-8, which the JSON parser does only in part (it takes overlong forms and surrogates). */
final class Utf8 {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final int CHUNK = 512;

    private Utf8() {}

    static boolean isValid(byte[] bytes) {
        return isAscii(bytes) || isDecodable(bytes);
    }

    /** Length of the byte order mark that the bytes begin with: 3 or 0. */
    static int markLength(byte[] bytes) {
        boolean marked =
                bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        return marked ? 3 : 0;
    }

    // Nearly every record is ASCII throughout, so this pass is what the check costs.
    private static boolean isAscii(byte[] bytes) {
        long bits = 0;
        int i = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            bits |= (long) EIGHT_BYTES.get(bytes, i);
        }
        for (; i < bytes.length; i++) {
            bits |= bytes[i];
        }
        return (bits & HIGH_BITS) == 0;
    }

    // Decodes piece by piece into a small buffer, only for the decoder's verdict.
    private static boolean isDecodable(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(CHUNK);
        CoderResult result;
        do {
            result = decoder.decode(in, out.clear(), true);
        } while (result.isOverflow());
        return !result.isError();
    }
}
