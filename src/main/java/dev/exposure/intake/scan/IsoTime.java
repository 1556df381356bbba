package dev.exposure.intake.scan;

/**
 * Reads a time in ISO-8601 with an offset, such as {@code 2024-08-03T10:00:01.500+08:00}. The seconds, or their
 * fraction, may be absent; the fraction may come after a comma and have any number of digits; the offset may lack its
 * colon or its minutes, as many loggers write it.
 */
public final class IsoTime {

    /** Stands for text that is no such time, or a time before 1970. */
    static final long NONE = Long.MIN_VALUE;

    private static final int MINUTE_MILLIS = 60_000;
    private static final int MAX_OFFSET_SECONDS = 18 * 3600;

    private IsoTime() {}

    /** Milliseconds since the epoch, finer digits cut off, of the time in the bytes; or {@link #NONE}. */
    static long parse(byte[] bytes, int from, int to) {
        // yyyy-MM-ddTHH:mm, then at least the offset's Z
        if (to - from < 17
                || bytes[from + 4] != '-'
                || bytes[from + 7] != '-'
                || (bytes[from + 10] | 0x20) != 't'
                || bytes[from + 13] != ':') {
            return NONE;
        }
        int century = two(bytes, from, to);
        int yearOfCentury = two(bytes, from + 2, to);
        int year = century * 100 + yearOfCentury;
        int month = two(bytes, from + 5, to);
        int day = two(bytes, from + 8, to);
        int hour = two(bytes, from + 11, to);
        int minute = two(bytes, from + 14, to);
        if (century < 0 || yearOfCentury < 0 || !isDate(year, month, day) || !isTime(hour, minute)) {
            return NONE;
        }
        long minutes = (epochDay(year, month, day) * 24 + hour) * 60 + minute;
        return withSeconds(minutes * MINUTE_MILLIS, bytes, from + 16, to);
    }

    private static long withSeconds(long minute, byte[] bytes, int from, int to) {
        if (bytes[from] != ':') {
            return withOffset(minute, bytes, from, to);
        }
        int second = two(bytes, from + 1, to);
        if (second < 0 || second > 59) {
            return NONE;
        }
        int at = from + 3;
        int millis = 0;
        if (at < to && (bytes[at] == '.' || bytes[at] == ',')) {
            int fraction = ++at;
            for (int unit = 100; at < to && bytes[at] >= '0' && bytes[at] <= '9'; unit /= 10) {
                millis += (bytes[at++] - '0') * unit;
            }
            if (at == fraction) {
                return NONE;
            }
        }
        return withOffset(minute + second * 1000L + millis, bytes, at, to);
    }

    private static long withOffset(long local, byte[] bytes, int from, int to) {
        if (from == to - 1 && (bytes[from] | 0x20) == 'z') {
            return local;
        }
        if (from >= to || (bytes[from] != '+' && bytes[from] != '-')) {
            return NONE;
        }
        int seconds = two(bytes, from + 1, to) * 3600;
        boolean colon = from + 3 < to && bytes[from + 3] == ':';
        int at = from + 3;
        for (int unit = 60; at < to && unit > 0; unit /= 60) {
            if (colon && bytes[at++] != ':') {
                return NONE;
            }
            int part = two(bytes, at, to);
            if (part < 0 || part > 59) {
                return NONE;
            }
            seconds += part * unit;
            at += 2;
        }
        if (at != to || seconds < 0 || seconds > MAX_OFFSET_SECONDS) {
            return NONE;
        }
        return bytes[from] == '+' ? local - seconds * 1000L : local + seconds * 1000L;
    }

    private static int two(byte[] bytes, int at, int to) {
        if (at + 1 >= to) {
            return -1;
        }
        int tens = bytes[at] - '0';
        int ones = bytes[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }

    private static boolean isTime(int hour, int minute) {
        return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
    }

    private static boolean isDate(int year, int month, int day) {
        return year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= lengthOf(month, year);
    }

    private static int lengthOf(int month, int year) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    // Years begin in March here, so that a leap day is the last day of a year.
    private static long epochDay(int year, int month, int day) {
        int y = month > 2 ? year : year - 1;
        int dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        return y * 365L + y / 4 - y / 100 + y / 400 + dayOfYear - 719_468;
    }
}
