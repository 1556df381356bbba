package dev.exposure.intake.scan;

/**
 * A number in JSON's notation, read exactly. The time to read depends on the number's length alone: even a huge
 * exponent is only compared with the number of digits of a {@code long}. An instance is reused and belongs to one
 * thread.
 */
public final class Decimal {

    /** Result of {@link #truncated} when the value does not fit into a {@code long}. */
    public static final long OVERFLOW = -1;

    private static final int LONG_PLACES = 19;

    /** More than the digits of any record, so that digits can't outweigh it. */
    private static final long EXPONENT_LIMIT = 10_000_000_000L;

    private byte[] bytes = new byte[0];
    private boolean negative;
    private int first;
    private int end;

    /** The value is 0.d1d2d3.. times ten to the power of this, d1 being the first digit that is not zero. */
    private long magnitude;

    /** Reads the bytes from {@code from} to before {@code to}; false when they are no number. */
    public boolean read(byte[] source, int from, int to) {
        bytes = source;
        negative = from < to && source[from] == '-';
        int integer = negative ? from + 1 : from;
        int point = afterDigits(integer, to);
        if (point == integer || (source[integer] == '0' && point > integer + 1)) {
            return false;
        }
        end = point;
        if (point < to && source[point] == '.') {
            end = afterDigits(point + 1, to);
            if (end == point + 1) {
                return false;
            }
        }
        first = integer;
        while (first < end && (source[first] == '0' || source[first] == '.')) {
            first++;
        }
        magnitude = first < point ? point - first : point + 1 - first;
        return end == to || readExponent(to);
    }

    private boolean readExponent(int to) {
        if (bytes[end] != 'e' && bytes[end] != 'E') {
            return false;
        }
        int at = end + 1;
        boolean down = at < to && bytes[at] == '-';
        if (down || (at < to && bytes[at] == '+')) {
            at++;
        }
        long exponent = 0;
        for (int i = at; i < to; i++) {
            if (!isDigit(bytes[i])) {
                return false;
            }
            if (exponent < EXPONENT_LIMIT) {
                exponent = exponent * 10 + bytes[i] - '0';
            }
        }
        magnitude += down ? -exponent : exponent;
        return at < to;
    }

    /** Whether the value is below zero; minus zero is not. */
    public boolean isNegative() {
        return negative && !isZero();
    }

    /** Whether the absolute value is below ten to this power. */
    boolean isBelowTenTo(int power) {
        return isZero() || magnitude <= power;
    }

    /** Whether the value is an integer, in whatever way it is written. */
    public boolean isInteger() {
        long place = 0;
        for (int i = first; i < end; i++) {
            if (bytes[i] != '.') {
                if (place >= magnitude && bytes[i] != '0') {
                    return false;
                }
                place++;
            }
        }
        return true;
    }

    /** Absolute value times ten to this power, without its fraction; or {@link #OVERFLOW}. */
    public long truncated(int power) {
        long places = magnitude + power;
        if (isZero() || places <= 0) {
            return 0;
        }
        if (places > LONG_PLACES) {
            return OVERFLOW;
        }
        long value = 0;
        int i = first;
        for (long place = 0; place < places; place++) {
            if (i < end && bytes[i] == '.') {
                i++;
            }
            int digit = i < end ? bytes[i] - '0' : 0;
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return OVERFLOW;
            }
            value = value * 10 + digit;
            i++;
        }
        return value;
    }

    private boolean isZero() {
        return first == end;
    }

    private int afterDigits(int from, int to) {
        int i = from;
        while (i < to && isDigit(bytes[i])) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
