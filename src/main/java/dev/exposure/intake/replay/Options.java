package dev.exposure.intake.replay;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.convert.DurationStyle;

/**
 * What was asked for on the command line.
 *
 * @param topics original topics; empty for those that the service consumes
 * @param reasons reasons to keep; empty for all
 * @param since dead letters published before are left out
 * @param until dead letters published at this time or later are left out
 * @param origins where kept dead letters come from; empty for anywhere
 * @param after offsets up to which dead letters were dealt with before
 * @param limit most dead letters to take
 * @param properties arguments for Spring, such as {@code --spring.kafka.bootstrap-servers=kafka:9092}
 */
record Options(
        boolean help,
        Set<String> topics,
        Set<String> reasons,
        Instant since,
        Instant until,
        List<Origin> origins,
        Map<TopicPartition, Long> after,
        long limit,
        boolean showContent,
        boolean resend,
        boolean yes,
        List<String> properties) {

    private static final Set<String> FLAGS = Set.of("help", "show-content", "resend", "yes");
    private static final Set<String> VALUES = Set.of("topic", "reason", "since", "until", "origin", "after", "limit");

    /**
     * Reads the arguments. A name with a dot is a property of Spring. Any other unknown name is refused, because a
     * misspelt filter would send more than was meant.
     *
     * @throws OptionException when something is wrong with them
     */
    static Options of(List<String> arguments, Clock clock) {
        Set<String> flags = new HashSet<>();
        Map<String, String> values = new HashMap<>();
        List<String> properties = new ArrayList<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = (equals < 0 ? argument : argument.substring(0, equals)).replaceFirst("^--", "");
            if (!argument.startsWith("--")) {
                throw new OptionException("'" + argument + "' is no option; see --help");
            } else if (name.contains(".")) {
                properties.add(argument);
            } else if (equals < 0 && FLAGS.contains(name)) {
                flags.add(name);
            } else if (equals > 0 && VALUES.contains(name)) {
                if (values.put(name, argument.substring(equals + 1)) != null) {
                    throw new OptionException("--" + name + " is given twice; several values are separated by commas");
                }
            } else if (VALUES.contains(name)) {
                throw new OptionException("--" + name + " needs a value: --" + name + "=...");
            } else {
                throw new OptionException("There is no option --" + name + "; see --help");
            }
        }
        if (flags.contains("yes") && !flags.contains("resend")) {
            throw new OptionException("--yes belongs to --resend");
        }
        return new Options(
                flags.contains("help"),
                Set.copyOf(list(values, "topic").toList()),
                Set.copyOf(list(values, "reason")
                        .map(it -> it.toUpperCase(Locale.ROOT))
                        .toList()),
                time(values, "since", Instant.MIN, clock),
                time(values, "until", Instant.MAX, clock),
                list(values, "origin").map(it -> Origin.of("--origin", it)).toList(),
                after(list(values, "after").map(it -> Origin.of("--after", it)).toList()),
                limit(values),
                flags.contains("show-content"),
                flags.contains("resend"),
                flags.contains("yes"),
                properties);
    }

    private static Stream<String> list(Map<String, String> values, String name) {
        String text = values.get(name);
        if (text == null) {
            return Stream.empty();
        }
        List<String> parts =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (parts.contains("")) {
            throw new OptionException("--" + name + " has an empty value");
        }
        return parts.stream();
    }

    private static Instant time(Map<String, String> values, String name, Instant otherwise, Clock clock) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notATime) {
            try {
                return clock.instant().minus(DurationStyle.detectAndParse(text));
            } catch (IllegalArgumentException | ArithmeticException | DateTimeException notADuration) {
                throw new OptionException("--" + name + ": '" + text
                        + "' is neither a time (2026-11-28T03:00:00Z) nor a duration back from now (PT1H, 30m)");
            }
        }
    }

    private static Map<TopicPartition, Long> after(List<Origin> ends) {
        Map<TopicPartition, Long> after = new HashMap<>();
        for (Origin end : ends) {
            if (end.last() == Long.MAX_VALUE) {
                throw new OptionException("--after needs an offset: " + end.topic() + "-" + end.partition() + "@...");
            }
            after.put(new TopicPartition(end.topic(), end.partition()), end.last());
        }
        return after;
    }

    private static long limit(Map<String, String> values) {
        String text = values.getOrDefault("limit", String.valueOf(Long.MAX_VALUE));
        if (!text.matches("[1-9]\\d{0,18}")) {
            throw new OptionException("--limit: '" + text + "' is no number above 0");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException ex) {
            throw new OptionException("--limit: '" + text + "' is too large");
        }
    }

    /** Whether the filters keep this dead letter. */
    boolean keep(DeadLetter letter) {
        Origin.Position origin = letter.origin();
        return !letter.publishedAt().isBefore(since)
                && letter.publishedAt().isBefore(until)
                && (reasons.isEmpty() || reasons.contains(letter.reason()))
                && (origins.isEmpty() || (origin != null && origins.stream().anyMatch(it -> it.covers(origin))));
    }
}
