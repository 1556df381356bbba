package dev.exposure.intake.decode;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rule for the time of an exposure: which notations there are, and which times are credible. */
final class ExposureTime {

    /** What is allowed, for a person. */
    static final String RULE = "must be epoch milliseconds, epoch seconds or ISO-8601 with an offset,"
            + " from 2000-01-01 to a day ahead of now";

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration AHEAD = Duration.ofDays(1);

    /** Below it lies no credible time in milliseconds (it is 1973), and above it none in seconds (5138). */
    private static final long SECONDS_BELOW = 100_000_000_000L;

    private static final int MAX_DIGITS = 18;

    // As ISO_OFFSET_DATE_TIME, but takes the offset without its colon too, as many loggers write it: where the pattern
    // has none, lenient parsing accepts both.
    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .parseLenient()
            .appendOffset("+HH", "Z")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final Clock clock;

    ExposureTime(Clock clock) {
        this.clock = clock;
    }

    /** Time that the text, which is not empty, says to the millisecond; null when it says none that is credible. */
    @Nullable
    Instant parse(String text) {
        return isNumber(text) ? ofEpoch(Long.parseLong(text)) : parseIso(text);
    }

    /** Time of so many milliseconds or seconds since the epoch, or null when it is not credible. */
    @Nullable
    Instant ofEpoch(long number) {
        boolean seconds = number >= 0 && number < SECONDS_BELOW;
        return credible(seconds ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number));
    }

    private @Nullable Instant parseIso(String text) {
        try {
            return credible(ISO.parse(text, OffsetDateTime::from).toInstant().truncatedTo(ChronoUnit.MILLIS));
        } catch (DateTimeException ex) {
            return null;
        }
    }

    private @Nullable Instant credible(Instant time) {
        return time.isBefore(EARLIEST) || time.isAfter(this.clock.instant().plus(AHEAD)) ? null : time;
    }

    // The digits that JSON allows in an integer: none of other scripts, and no zero in front.
    private static boolean isNumber(String text) {
        return text.length() <= MAX_DIGITS
                && !text.startsWith("0")
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
