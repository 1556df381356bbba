package dev.exposure.intake.decode;

import dev.exposure.intake.scan.Decimal;
import dev.exposure.intake.scan.Escapes;
import dev.exposure.intake.scan.ExposureTime;
import dev.exposure.intake.scan.JsonScanner;
import dev.exposure.intake.scan.NameReader;
import dev.exposure.intake.scan.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * One object that may be an exposure line, read from the record's bytes. It never says what is wrong: a line that may be
 * bad is uncertain. An instance is reused and belongs to one thread.
 */
final class FastLine {

    private final Keys keys;
    private final NameReader<Keys.Key> names;
    private final ExposureTime time;
    private final Decimal number = new Decimal();
    private final TextSpans texts = new TextSpans();
    private long exposedAt;
    private long priceMicros;
    private boolean test;
    private long seen;
    private boolean uncertain;
    private long escapedTexts;
    private boolean inText;

    FastLine(Keys keys, ExposureTime time) {
        this.keys = keys;
        this.names = new NameReader<>(keys.table());
        this.time = time;
    }

    void clear() {
        texts.clear();
        exposedAt = ExposureTime.NONE;
        priceMicros = 0;
        test = false;
        seen = 0;
        uncertain = false;
        escapedTexts = 0;
        inText = false;
    }

    /** Whether it is an exposure line at all, good or bad. */
    boolean isExposure() {
        return keys.markLine(seen);
    }

    /** Reads the object at the scanner's position. */
    void readAll(JsonScanner scanner, int depth) {
        inText = scanner.isInText();
        names.start(scanner);
        for (boolean more = scanner.enter(); more; more = scanner.more()) {
            Keys.Key key = names.read(scanner);
            if (key != null && key.field() != null) {
                read(key, key.field(), scanner, depth);
            } else if (!scanner.failed()) {
                scanner.skip(depth);
            }
        }
    }

    /** Reads the value at the scanner's position as the field's value. */
    void read(Keys.Key key, Field field, JsonScanner scanner, int depth) {
        uncertain |= (seen & key.bit()) != 0;
        seen |= key.bit();
        switch (scanner.next()) {
            case '"' -> {
                if (scanner.string() && scanner.from() < scanner.to()) {
                    readString(field, scanner);
                }
            }
            case 'n' -> scanner.literal();
            case 't', 'f' -> {
                test = scanner.bytes()[scanner.at()] == 't';
                uncertain |= field != Field.TEST;
                scanner.literal();
            }
            case '{', '[' -> {
                uncertain = true;
                scanner.skip(depth);
            }
            default -> {
                if (scanner.number()) {
                    readNumber(field, scanner);
                }
            }
        }
    }

    private void readString(Field field, JsonScanner scanner) {
        byte[] bytes = scanner.bytes();
        int from = scanner.from();
        int to = scanner.to();
        if (field.type() == Field.Type.TEXT) {
            texts.set(field, from, to);
            if (scanner.isEscaped()) {
                escapedTexts |= 1L << field.ordinal();
            } else {
                uncertain |= isTooLong(field, bytes, from, to);
            }
        } else if (scanner.isEscaped()) {
            uncertain = true;
        } else if (field.type() == Field.Type.FLAG) {
            test = bytes[from] == 't';
            uncertain |= !isWord(bytes, from, to, test ? "true" : "false");
        } else {
            readScalar(field, bytes, from, to);
        }
    }

    private void readNumber(Field field, JsonScanner scanner) {
        byte[] bytes = scanner.bytes();
        int from = scanner.from();
        int to = scanner.to();
        if (field.type() != Field.Type.TEXT) {
            readScalar(field, bytes, from, to);
            return;
        }
        boolean minusZero = to - from == 2 && bytes[from] == '-' && bytes[from + 1] == '0';
        texts.set(field, minusZero ? from + 1 : from, to);
        uncertain |= !scanner.isInteger() || to - from > field.maxLength();
    }

    private void readScalar(Field field, byte[] bytes, int from, int to) {
        if (field.type() == Field.Type.TIME) {
            exposedAt = time.parse(bytes, from, to);
            uncertain |= exposedAt == ExposureTime.NONE;
        } else if (field.type() == Field.Type.AMOUNT && number.read(bytes, from, to)) {
            priceMicros = number.truncated(0);
            uncertain |= number.isNegative() || !number.isInteger() || priceMicros == Decimal.OVERFLOW;
        } else {
            uncertain = true;
        }
    }

    /** The exposure, or null if it is uncertain; the event's time replaces an absent one. */
    @Nullable
    Exposure toExposure(byte[] bytes, int timestampFrom, int timestampTo) {
        if (uncertain || texts.isAbsent(Field.EXPOSURE_ID) || texts.isAbsent(Field.AD_ID)) {
            return null;
        }
        long millis = exposedAt;
        if (millis == ExposureTime.NONE) {
            millis = time.parse(bytes, timestampFrom, timestampTo);
        }
        if (millis == ExposureTime.NONE) {
            return null;
        }
        byte[] source = escapedTexts == 0 ? bytes : withoutEscapes(bytes);
        return source == null ? null : new Exposure(source, texts, millis, priceMicros, test);
    }

    /** Copies the texts with their escapes replaced; null if one is too long or can't be stored. */
    private byte @Nullable [] withoutEscapes(byte[] bytes) {
        int size = 0;
        for (Field field : Field.values()) {
            size += texts.length(field);
        }
        byte[] copy = new byte[size];
        int at = 0;
        for (Field field : Field.values()) {
            int length = texts.length(field);
            System.arraycopy(bytes, texts.from(field), copy, at, length);
            int end = at + length;
            if ((escapedTexts & 1L << field.ordinal()) != 0) {
                end = inText ? Escapes.replace(copy, at, end) : end;
                end = end < 0 ? end : Escapes.replace(copy, at, end);
                if (end < 0 || isTooLong(field, copy, at, end)) {
                    return null;
                }
            }
            texts.set(field, at, end);
            at = end;
        }
        return copy;
    }

    private static boolean isTooLong(Field field, byte[] bytes, int from, int to) {
        return to - from > field.maxLength() && Utf8.characters(bytes, from, to) > field.maxLength();
    }

    private static boolean isWord(byte[] bytes, int from, int to, String word) {
        boolean same = to - from == word.length();
        for (int i = 0; same && i < word.length(); i++) {
            same = bytes[from + i] == word.charAt(i);
        }
        return same;
    }
}
