package dev.exposure.intake.decode;

import static dev.exposure.intake.decode.DecodedAssert.assertThat;
import static dev.exposure.intake.decode.Records.event;
import static dev.exposure.intake.decode.Records.line;
import static dev.exposure.intake.decode.Records.lineWith;
import static dev.exposure.intake.decode.Records.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.exposure.intake.decode.Rejection.Reason;
import dev.exposure.intake.scan.JsonScanner;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** Oversized records are refused within bounds of time and memory; large ones within the limit are not. */
class LimitTests {

    private static final int MEGABYTE = 1024 * 1024;

    private final ExposureDecoder decoder = Records.decoder();

    @Test
    void decodeWhenValueIsOverLimitIsTooLarge() {
        assertThat(decoder.decode(padded(line(), MEGABYTE))).isExposure();
        assertThat(decoder.decode(padded(line(), MEGABYTE + 1))).isRejected(Reason.TOO_LARGE);
        assertThat(decoder.decode(padded("", MEGABYTE + 1))).isRejected(Reason.TOO_LARGE);
        assertThat(decoder.decode(new byte[MEGABYTE + 1])).isRejected(Reason.TOO_LARGE);
    }

    @Test
    void decodeWhenLimitIsConfiguredKeepsToIt() {
        ExposureDecoder small = Records.decoder(new FormatProperties(DataSize.ofBytes(100), List.of("json"), Map.of()));
        assertThat(small.decode(padded(line(), 100))).isExposure();
        assertThat(small.decode(padded(line(), 101))).isRejected(Reason.TOO_LARGE);
    }

    @Test
    void decodeWhenValueIsOverLimitAllocatesNextToNothing() {
        byte[] value = padded(line(), 8 * MEGABYTE);
        assertThat(allocated(() -> decoder.decode(value))).isLessThan(16 * 1024);
    }

    @Test
    void decodeWhenMessageFillsTheLimitReadsIt() {
        String line = lineWith("unknown", "\"" + "x".repeat(MEGABYTE - 1000) + "\"");
        assertThat(decoder.decode(utf8(event(line)))).isExposure();
    }

    @Test
    void decodeWhenLimitIsHigherReadsLongMessage() {
        ExposureDecoder large =
                Records.decoder(new FormatProperties(DataSize.ofMegabytes(8), List.of("json"), Map.of()));
        String line = lineWith("unknown", "\"" + "x".repeat(7 * MEGABYTE) + "\"");
        assertThat(large.decode(utf8(event(line)))).isExposure();
    }

    @Test
    void decodeWhenNestedToTheLimitReadsItAndBeyondItIsNotJson() {
        for (String place : new String[] {"unknown", "ad_id", "json"}) {
            assertThat(decoder.decode(utf8(lineWith(place, nested(JsonScanner.MAX_DEPTH)))))
                    .isRejected(Reason.NOT_JSON);
            assertThat(decoder.decode(utf8(event(lineWith(place, nested(JsonScanner.MAX_DEPTH))))))
                    .isRejected(Reason.NOT_JSON);
        }
        assertThat(decoder.decode(utf8(lineWith("unknown", nested(JsonScanner.MAX_DEPTH - 1)))))
                .isExposure();
        assertThat(decoder.decode(utf8(event(lineWith("unknown", nested(JsonScanner.MAX_DEPTH - 1))))))
                .isExposure();
        assertThat(decoder.decode(utf8("[".repeat(MEGABYTE)))).isRejected(Reason.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<1>", "-<9>", "1.<0>1", "0.<0>", "1e<9>", "-1.5E-<7>", "1e<0>1"})
    void decodeWhenNumberUnderUnknownKeyIsAsLongAsTheRecordReadsTheRest(String pattern) {
        for (int length : new int[] {1001, 100_000, MEGABYTE - 200}) {
            String number = filled(pattern, length);
            for (String value : List.of(
                    lineWith("unknown", number),
                    lineWith("unknown", "[{\"a\":" + number + "}]"),
                    event(lineWith("unknown", number)),
                    event("\"a\":[" + number + "],", line(), ""))) {
                assertThat(decoder.decode(utf8(value))).isExposure();
                assertThat(allocated(() -> decoder.decode(utf8(value)))).isLessThan(24L * MEGABYTE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"exposed_at\":1722650400.<0>",
                "\"exposed_at\":\"1722650400.137<9>\"",
                "\"exposed_at\":\"2024-08-03T02:00:00,137<9>Z\"",
                "\"exposed_at\":1722650400e0<0>",
                "\"exposed_at\":null,\"@timestamp\":1722650400.<9>",
                "\"price_micros\":1200.<0>",
                "\"price_micros\":\"1.<0>e3\""
            })
    void decodeWhenNumberOfFieldIsAsLongAsTheRecordReadsIt(String member) {
        String value = "{\"exposure_id\":1,\"ad_id\":2,"
                + filled(member, MEGABYTE - 200)
                + (member.contains("exposed_at") ? "}" : ",\"exposed_at\":1722650400}");
        assertThat(decoder.decode(utf8(value))).isExposure();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e999999999",
                "1e-999999999",
                "-1E+999999999999999999999999",
                "1e<9>",
                "1e-<9>",
                "0.<0>1e999999999",
                "<9>",
                "<9>.5",
                "0.<0>1"
            })
    void decodeWhenNumberOfFieldIsFarOutOfRangeIsBadAtNoCost(String pattern) {
        String number = filled(pattern, 100_000);
        for (String field : List.of("exposed_at", "price_micros", "ad_id", "user_id")) {
            for (String json : List.of(number, "\"" + number + "\"")) {
                boolean text = field.endsWith("_id") && json.length() < 1000 && json.startsWith("\"");
                byte[] value = utf8(lineWith(field, json));
                if (text) {
                    assertThat(decoder.decode(value)).isExposure();
                } else {
                    assertThat(decoder.decode(value)).isRejected(Reason.BAD_FIELD, field);
                }
                assertThat(allocated(() -> decoder.decode(value))).isLessThan(4L * MEGABYTE);
            }
        }
    }

    @Test
    void decodeWhenNameIsAsLongAsTheRecordReadsTheRest() {
        assertThat(decoder.decode(utf8(lineWith("x".repeat(MEGABYTE - 200), "1"))))
                .isExposure();
        assertThat(decoder.decode(utf8(event(lineWith("\u9996".repeat(300_000), "1")))))
                .isExposure();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"unknown\":<[>",
                "{\"unknown\":<{\"a\":>",
                "{\"ad_id\":<1>",
                "{\"ad_id\":\"<x>",
                "{\"unknown\":\"<x>",
                "{\"message\":\"<x>",
                "{\"message\":\"{<[>",
                "{\"<x>",
                "{<\"region\":{},>",
                "{<\"json\":{},>",
                "{\"@timestamp\":\"<1>",
                "{\"exposed_at\":\"<1>",
                "<\\>",
                "{\"region\":\"<\\u0000>"
            })
    void decodeWhenFilledWithAnythingStaysWithinMemory(String pattern) {
        String repeated = pattern.substring(pattern.indexOf('<') + 1, pattern.indexOf('>'));
        String head = pattern.substring(0, pattern.indexOf('<'));
        byte[] value = utf8(head + repeated.repeat((MEGABYTE - head.length()) / repeated.length()));
        assertThat(decoder.decode(value)).isRejected(Reason.NOT_JSON);
        assertThat(allocated(() -> decoder.decode(value))).isLessThan(16L * MEGABYTE);
    }

    @Test
    void decodeWhenOrdinaryEventAllocatesLittle() {
        byte[] value = utf8(Records.samples().get(0).value());
        Runnable many = () -> {
            for (int i = 0; i < 1000; i++) {
                decoder.decode(value);
            }
        };
        assertThat(allocated(many) / 1000).isLessThan(8 * 1024);
    }

    /** The pattern with what is between the brackets repeated until it has about this length. */
    private static String filled(String pattern, int length) {
        int open = pattern.indexOf('<');
        if (open < 0) {
            return pattern;
        }
        int close = pattern.indexOf('>');
        return pattern.substring(0, open)
                + pattern.substring(open + 1, close).repeat(length - pattern.length())
                + pattern.substring(close + 1);
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private static byte[] padded(String text, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) ' ');
        byte[] content = utf8(text);
        System.arraycopy(content, 0, bytes, 0, content.length);
        return bytes;
    }

    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work.run(); // the first time loads classes, and what that takes depends on the tests that came before
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
