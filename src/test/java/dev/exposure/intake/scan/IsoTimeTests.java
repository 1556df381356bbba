package dev.exposure.intake.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Times are read as the JDK's formatter reads them, where it knows the notation. */
class IsoTimeTests {

    private static final int CASES = 200_000;

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .parseLenient()
            .appendOffset("+HH", "Z")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    @Test
    void parseWhenEachDayAndMonthAgreesWithFormatter() {
        for (int year = 1970; year < 2120; year++) {
            for (int month = 0; month <= 13; month++) {
                for (int day = 0; day <= 32; day++) {
                    expectAgreement(String.format("%04d-%02d-%02dT23:59:59.999Z", year, month, day));
                }
            }
        }
    }

    @Test
    void parseWhenDamagedAgreesWithFormatter() {
        Random random = new Random(5);
        String[] times = {
            "2024-08-03T10:00:01.500+08:00",
            "2024-02-29T23:59:59Z",
            "2024-08-03T10:00-0430",
            "2026-11-22T12:00:00.123456789+01",
            "2001-12-31T00:00:00.1-17:59:59"
        };
        String letters = "0123456789+-:.TZtz ";
        int known = 0;
        for (int i = 0; i < CASES; i++) {
            StringBuilder text = new StringBuilder(times[random.nextInt(times.length)]);
            do {
                int at = random.nextInt(text.length());
                char letter = letters.charAt(random.nextInt(letters.length()));
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, letter);
                    default -> text.setCharAt(at, letter);
                }
            } while (random.nextBoolean());
            known += expectAgreement(text.toString()) ? 1 : 0;
        }
        assertThat(known).isGreaterThan(CASES / 10);
    }

    @Test
    void parseWhenFractionIsBehindACommaOrLongIsCutToMillis() {
        long expected = parse("2024-08-03T10:00:01.123Z");
        for (String fraction : new String[] {".1239", ",123", ",1239999999999", ".123000000000000000000001"}) {
            assertThat(parse("2024-08-03T10:00:01" + fraction + "Z")).isEqualTo(expected);
        }
    }

    private static boolean expectAgreement(String text) {
        long expected = formatted(text);
        long actual = parse(text);
        if (actual != expected) {
            throw new AssertionError(text + ": " + actual + " instead of " + expected);
        }
        return expected != IsoTime.NONE;
    }

    private static long formatted(String text) {
        // The formatter takes a point without digits, and a year of other than four, which ISO-8601 does not.
        if (text.matches(".*\\.(\\D.*|$)") || !text.matches("\\d{4}-.*")) {
            return IsoTime.NONE;
        }
        try {
            OffsetDateTime time = ISO.parse(text.replaceFirst("(\\.\\d{9})\\d+", "$1"), OffsetDateTime::from);
            return time.getYear() < 1970 ? IsoTime.NONE : time.toInstant().toEpochMilli();
        } catch (DateTimeException ex) {
            return IsoTime.NONE;
        }
    }

    private static long parse(String text) {
        byte[] bytes = ("0" + text + "0").getBytes(StandardCharsets.UTF_8);
        return IsoTime.parse(bytes, 1, bytes.length - 1);
    }
}
