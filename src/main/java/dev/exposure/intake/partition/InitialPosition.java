package dev.exposure.intake.partition;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.springframework.boot.convert.DurationStyle;

/** Where a group starts the first time it ever reads a topic; bound from text by {@link #of(String)}. */
public sealed interface InitialPosition {

    /** First record that the log still holds. */
    record Earliest() implements InitialPosition {
        @Override
        public String toString() {
            return "earliest";
        }
    }

    /** End of the log at the moment of the first start. */
    record Latest() implements InitialPosition {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /** First record whose timestamp is not older than this long before the first start. */
    record Back(Duration duration) implements InitialPosition {
        @Override
        public String toString() {
            return duration + " back";
        }
    }

    /** First record whose timestamp is not older than this instant. */
    record At(Instant instant) implements InitialPosition {
        @Override
        public String toString() {
            return instant.toString();
        }
    }

    /**
     * Reads {@code earliest}, {@code latest}, a positive duration ({@code PT1H}, {@code 90m}) or an instant with offset
     * ({@code 2026-11-22T08:00:00Z}).
     *
     * @throws IllegalArgumentException with the allowed forms, when the text is none of them
     */
    static InitialPosition of(String text) {
        String value = text.strip();
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "earliest" -> new Earliest();
            case "latest" -> new Latest();
            default -> value.matches("\\d{4}-.*") ? instant(value) : duration(value);
        };
    }

    private static InitialPosition instant(String value) {
        try {
            return new At(OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeParseException ex) {
            throw notAllowed(value);
        }
    }

    private static InitialPosition duration(String value) {
        Duration duration;
        try {
            duration = DurationStyle.detectAndParse(value);
        } catch (IllegalArgumentException ex) {
            throw notAllowed(value);
        }
        if (duration.isNegative() || duration.isZero()) {
            throw notAllowed(value);
        }
        return new Back(duration);
    }

    /** Without a cause, because Spring Boot shows the innermost message, and this is the one that helps. */
    private static IllegalArgumentException notAllowed(String value) {
        return new IllegalArgumentException("'" + value
                + "' is not allowed for intake.initial-position: use earliest, latest, a positive duration to go"
                + " back (PT1H, 90m), or an instant with offset (2026-11-22T08:00:00Z)");
    }
}
