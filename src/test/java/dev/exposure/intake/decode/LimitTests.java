package dev.exposure.intake.decode;

import static dev.exposure.intake.decode.DecodedAssert.assertThat;
import static dev.exposure.intake.decode.Records.event;
import static dev.exposure.intake.decode.Records.line;
import static dev.exposure.intake.decode.Records.lineWith;
import static dev.exposure.intake.decode.Records.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.exposure.intake.decode.Rejection.Reason;
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
        assertThat(this.decoder.decode(padded(line(), MEGABYTE))).isExposure();
        assertThat(this.decoder.decode(padded(line(), MEGABYTE + 1))).isRejected(Reason.TOO_LARGE);
        assertThat(this.decoder.decode(padded("", MEGABYTE + 1))).isRejected(Reason.TOO_LARGE);
        assertThat(this.decoder.decode(new byte[MEGABYTE + 1])).isRejected(Reason.TOO_LARGE);
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
        assertThat(allocated(() -> this.decoder.decode(value))).isLessThan(16 * 1024);
    }

    @Test
    void decodeWhenMessageFillsTheLimitReadsIt() {
        String line = lineWith("unknown", "\"" + "x".repeat(MEGABYTE - 1000) + "\"");
        assertThat(this.decoder.decode(utf8(event(line)))).isExposure();
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
            assertThat(this.decoder.decode(utf8(lineWith(place, nested(StrictJson.MAX_DEPTH)))))
                    .isRejected(Reason.NOT_JSON);
            assertThat(this.decoder.decode(utf8(event(lineWith(place, nested(StrictJson.MAX_DEPTH))))))
                    .isRejected(Reason.NOT_JSON);
        }
        assertThat(this.decoder.decode(utf8(lineWith("unknown", nested(StrictJson.MAX_DEPTH - 1)))))
                .isExposure();
        assertThat(this.decoder.decode(utf8(event(lineWith("unknown", nested(StrictJson.MAX_DEPTH - 1))))))
                .isExposure();
        assertThat(this.decoder.decode(utf8("[".repeat(MEGABYTE)))).isRejected(Reason.NOT_JSON);
    }

    @Test
    void decodeWhenNumberIsOverLengthIsNotJson() {
        assertThat(this.decoder.decode(utf8(lineWith("unknown", "1".repeat(StrictJson.MAX_NUMBER_LENGTH)))))
                .isExposure();
        for (String place : new String[] {"unknown", "ad_id", "price_micros", "exposed_at", "@timestamp"}) {
            assertThat(this.decoder.decode(utf8(lineWith(place, "1".repeat(StrictJson.MAX_NUMBER_LENGTH + 1)))))
                    .isRejected(Reason.NOT_JSON);
        }
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
        assertThat(this.decoder.decode(value)).isRejected(Reason.NOT_JSON);
        assertThat(allocated(() -> this.decoder.decode(value))).isLessThan(16L * MEGABYTE);
    }

    @Test
    void decodeWhenOrdinaryEventAllocatesLittle() {
        byte[] value = utf8(Records.samples().get(0).value());
        Runnable many = () -> {
            for (int i = 0; i < 1000; i++) {
                this.decoder.decode(value);
            }
        };
        assertThat(allocated(many) / 1000).isLessThan(8 * 1024);
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
