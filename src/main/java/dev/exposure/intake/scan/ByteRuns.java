package dev.exposure.intake.scan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds where a run of bytes of one kind ends, looking at eight bytes at a time. */
final class ByteRuns {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long SPACES = ' ' * ONES;

    private ByteRuns() {}

    /** Index of the first quote, backslash or control character from the index on, or the length. */
    static int plainEnd(byte[] bytes, int from) {
        int i = from;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            long eight = (long) EIGHT_BYTES.get(bytes, i);
            // The lowest bit found is that of the first such byte; bits above it may be wrong.
            long found = below(eight ^ QUOTES, ONES) | below(eight ^ BACKSLASHES, ONES) | below(eight, SPACES);
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (i < bytes.length && bytes[i] != '"' && bytes[i] != '\\' && (bytes[i] < 0 || bytes[i] >= ' ')) {
            i++;
        }
        return i;
    }

    // The high bit of each byte that is ASCII and below its limit; with a limit of 1, of each zero byte.
    private static long below(long eight, long limits) {
        return (eight - limits) & ~eight & HIGH_BITS;
    }

    /** Index after the JSON number that begins at the index, or -1 when there is none. */
    static int numberEnd(byte[] bytes, int from) {
        int first = at(bytes, from) == '-' ? from + 1 : from;
        int end = digitsEnd(bytes, first);
        if (end == first || (bytes[first] == '0' && end > first + 1)) {
            return -1;
        }
        if (at(bytes, end) == '.') {
            int fraction = end + 1;
            end = digitsEnd(bytes, fraction);
            if (end == fraction) {
                return -1;
            }
        }
        if (at(bytes, end) != 'e' && at(bytes, end) != 'E') {
            return end;
        }
        int sign = at(bytes, end + 1);
        int exponent = sign == '+' || sign == '-' ? end + 2 : end + 1;
        end = digitsEnd(bytes, exponent);
        return end == exponent ? -1 : end;
    }

    private static int at(byte[] bytes, int index) {
        return index < bytes.length ? bytes[index] : 0;
    }

    /** Index of the first byte from the index on that is no digit, or the length. */
    static int digitsEnd(byte[] bytes, int from) {
        int i = from;
        while (i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9') {
            i++;
        }
        return i;
    }

    /** Whether all bytes are ASCII. */
    static boolean isAscii(byte[] bytes) {
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
}
