package dev.exposure.intake.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages records at random, the same way for the same seed. */
final class Mutations {

    /** Content that no detail of a rejection may show. */
    static final String MARKER = "Kfz7Qx";

    private static final byte[] TELLING =
            "{}[]\",:\\ \n\t\r0123456789-+.eEunltrfas@\0\ufeff".getBytes(StandardCharsets.UTF_8);
    private static final List<String> TOKENS = List.of(
            MARKER,
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            "\\\"",
            "\\u0000",
            "\\ud83c",
            ",",
            ":",
            "null",
            "true",
            "-1",
            "1e5",
            "1.5",
            "[[[[[[[[",
            "}}",
            "\"\"",
            "\"ad_id\":",
            ",\"ad_id\":1",
            "{}",
            "message",
            "\ud83c\udfc5",
            "\u00a0",
            "999999999999");

    private final Random random;
    private final List<byte[]> seeds;
    private byte[] origin = new byte[0];

    Mutations(long seed, List<byte[]> seeds) {
        this.random = new Random(seed);
        this.seeds = seeds;
    }

    /** One of the seeds, damaged once or more often. */
    byte[] next() {
        if (random.nextInt(4) == 0) {
            return withDamagedLine();
        }
        origin = any();
        return damaged(origin);
    }

    /** The record that the last one was made of. */
    byte[] origin() {
        return origin;
    }

    // The event stays well-formed, so that the damage reaches the line.
    private byte[] withDamagedLine() {
        String line = Records.lineWith("region", "\"" + MARKER + "\"");
        origin = Records.utf8(Records.event(line));
        byte[] damaged = damaged(line.getBytes(StandardCharsets.UTF_8));
        return Records.event(new String(damaged, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] damaged(byte[] bytes) {
        byte[] result = bytes;
        do {
            result = damagedOnce(result);
        } while (random.nextInt(3) == 0);
        return result;
    }

    private byte[] damagedOnce(byte[] bytes) {
        int at = at(bytes);
        int to = Math.min(bytes.length, at + random.nextInt(20));
        return switch (random.nextInt(11)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> flipped(bytes, (byte) (1 << random.nextInt(8)));
            case 2 -> flipped(bytes, (byte) random.nextInt(256));
            case 3 -> joined(bytes, at, new byte[] {TELLING[random.nextInt(TELLING.length)]}, bytes, at);
            case 4 -> joined(bytes, at, new byte[] {TELLING[random.nextInt(TELLING.length)]}, bytes, to);
            case 5 -> joined(bytes, at, token(), bytes, at);
            case 6 -> joined(bytes, at, new byte[0], bytes, to);
            case 7 -> {
                byte[] other = any();
                yield joined(bytes, at, new byte[0], other, at(other));
            }
            default -> reworded(bytes);
        };
    }

    private byte[] token() {
        return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] flipped(byte[] bytes, byte bits) {
        byte[] result = bytes.clone();
        if (result.length > 0) {
            result[random.nextInt(result.length)] ^= bits;
        }
        return result;
    }

    // Puts one letter or digit in the place of another, which is likely to leave a well-formed event.
    private byte[] reworded(byte[] bytes) {
        byte[] result = bytes.clone();
        int at = at(bytes);
        while (at < result.length && !Character.isLetterOrDigit(result[at])) {
            at++;
        }
        if (at < result.length) {
            boolean digit = Character.isDigit(result[at]);
            result[at] = (byte) (digit ? '0' + random.nextInt(10) : 'a' + random.nextInt(26));
        }
        return result;
    }

    private byte[] any() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private int at(byte[] bytes) {
        return random.nextInt(bytes.length + 1);
    }

    private static byte[] joined(byte[] head, int to, byte[] middle, byte[] tail, int from) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head, 0, to);
        out.writeBytes(middle);
        out.write(tail, from, tail.length - from);
        return out.toByteArray();
    }
}
