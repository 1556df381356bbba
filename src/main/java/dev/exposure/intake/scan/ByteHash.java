package dev.exposure.intake.scan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * Hash of bytes that come from outside. The factor is secret and differs in each run of the program, and both halves of
 * each product count, so nobody can make ids that collide.
 */
public final class ByteHash {

    /** Hash of no bytes. */
    public static final long START = 0x9E3779B97F4A7C15L;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FACTOR = new SecureRandom().nextLong() | 1;

    private ByteHash() {}

    /** Hash of what was hashed before, followed by these bytes. */
    public static long add(long hash, byte[] bytes, int from, int length) {
        long result = mixed(hash ^ length);
        int end = from + length;
        int i = from;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            result = mixed(result ^ (long) EIGHT_BYTES.get(bytes, i));
        }
        if (i < end) {
            long rest = 0;
            for (; i < end; i++) {
                rest = rest << Byte.SIZE | (bytes[i] & 0xff);
            }
            result = mixed(result ^ rest);
        }
        return result;
    }

    /** The hash as an int, for hash tables. */
    public static int finish(long hash) {
        return Long.hashCode(hash * FACTOR);
    }

    private static long mixed(long value) {
        return Math.multiplyHigh(value, FACTOR) ^ value * FACTOR;
    }
}
