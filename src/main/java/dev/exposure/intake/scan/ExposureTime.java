package dev.exposure.intake.scan;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Rule for the time of an exposure: which notations are allowed, and which times are credible. Times are kept to the
 * millisecond; finer digits are cut off, never rounded. An instance belongs to one thread.
 */
public final class ExposureTime {

    /** What is allowed, for a person. */
    public static final String RULE = "must be epoch milliseconds, epoch seconds or ISO-8601 with an offset,"
            + " from 2000-01-01 to a day ahead of now";

    /** Stands for no time, or a time that is not credible. */
    public static final long NONE = IsoTime.NONE;

    private static final long EARLIEST = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
    private static final long AHEAD = Duration.ofDays(1).toMillis();

    /** Numbers below ten to this power are seconds: as milliseconds they are before 1974. Larger seconds are after 5138. */
    private static final int SECONDS_BELOW = 11;

    private final Clock clock;
    private final Decimal number = new Decimal();

    /** Reader whose clock tells which times are in the future. */
    public ExposureTime(Clock clock) {
        this.clock = clock;
    }

    /** Milliseconds since the epoch of the time in the bytes, or {@link #NONE}. */
    public long parse(byte[] bytes, int from, int to) {
        if (!number.read(bytes, from, to)) {
            return credible(IsoTime.parse(bytes, from, to));
        }
        if (number.isNegative()) {
            return NONE;
        }
        return credible(number.truncated(number.isBelowTenTo(SECONDS_BELOW) ? 3 : 0));
    }

    private long credible(long millis) {
        return millis >= EARLIEST && millis <= clock.millis() + AHEAD ? millis : NONE;
    }
}
