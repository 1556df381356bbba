package dev.exposure.intake.decode;

import static dev.exposure.intake.decode.DecodedAssert.assertThat;
import static dev.exposure.intake.decode.Records.decode;
import static dev.exposure.intake.decode.Records.decodeWith;
import static dev.exposure.intake.decode.Records.lineWith;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Rejection.Reason;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When an exposure happened, in every notation; the decoder's clock stands at 2026-11-22T12:00:00Z. */
class ExposureTimeTests {

    @ParameterizedTest
    @CsvSource({
        "1722650400137, 2024-08-03T02:00:00.137Z",
        "1722650400, 2024-08-03T02:00:00Z",
        "'\"1722650400137\"', 2024-08-03T02:00:00.137Z",
        "'\"1722650400\"', 2024-08-03T02:00:00Z",
        "'\"2024-08-03T10:00:01.500+08:00\"', 2024-08-03T02:00:01.500Z",
        "'\"2024-08-03T10:00:01.500+0800\"', 2024-08-03T02:00:01.500Z",
        "'\"2024-08-03T10:00:01+08\"', 2024-08-03T02:00:01Z",
        "'\"2024-08-03T02:00:01Z\"', 2024-08-03T02:00:01Z",
        "'\"2024-08-03T02:00Z\"', 2024-08-03T02:00:00Z",
        "'\"2024-08-03T02:00:01-00:00\"', 2024-08-03T02:00:01Z",
        "'\"2024-08-03T02:00:01.123456789Z\"', 2024-08-03T02:00:01.123Z",
        "'\"2024-08-02T21:30:01.1-04:30\"', 2024-08-03T02:00:01.100Z",
        "'\"2024-08-03T10:00:01,500+08:00\"', 2024-08-03T02:00:01.500Z",
        "'\"2024-08-03T02:00:01,123Z\"', 2024-08-03T02:00:01.123Z",
        "'\"2024-08-03T02:00:01,9999999Z\"', 2024-08-03T02:00:01.999Z",
        "'\"2024-08-03T02:00:01.1234567890123Z\"', 2024-08-03T02:00:01.123Z",
        "'\"2024-08-03T02:00:01.5-0000\"', 2024-08-03T02:00:01.500Z",
        "'\"2024-08-03t02:00:01z\"', 2024-08-03T02:00:01Z",
        "'\"2024-02-29T23:59:59.999-18:00\"', 2024-03-01T17:59:59.999Z",
        "1722650400.137, 2024-08-03T02:00:00.137Z",
        "1722650400.1379999, 2024-08-03T02:00:00.137Z",
        "1722650400.999999999, 2024-08-03T02:00:00.999Z",
        "1722650400.5, 2024-08-03T02:00:00.500Z",
        "1722650400.0, 2024-08-03T02:00:00Z",
        "1722650400137.0, 2024-08-03T02:00:00.137Z",
        "1722650400137.999, 2024-08-03T02:00:00.137Z",
        "1.722650400137e12, 2024-08-03T02:00:00.137Z",
        "1.722650400137E+12, 2024-08-03T02:00:00.137Z",
        "1.7226504e9, 2024-08-03T02:00:00Z",
        "1.722650400137e9, 2024-08-03T02:00:00.137Z",
        "1722650400137e0, 2024-08-03T02:00:00.137Z",
        "172265040013799e-2, 2024-08-03T02:00:00.137Z",
        "0.00001722650400137e14, 2024-08-03T02:00:00.137Z",
        "0.00000000001722650400137e23, 2024-08-03T02:00:00.137Z",
        "17226504001370000000000000000000e-19, 2024-08-03T02:00:00.137Z",
        "1722650400.13700000000000000000000000000000001, 2024-08-03T02:00:00.137Z",
        "946684800.0009, 2000-01-01T00:00:00Z",
        "1795435200.0009, 2026-11-23T12:00:00Z",
        "1795435200000.9, 2026-11-23T12:00:00Z",
        "946684800, 2000-01-01T00:00:00Z",
        "946684800000, 2000-01-01T00:00:00Z",
        "'\"2000-01-01T00:00:00Z\"', 2000-01-01T00:00:00Z",
        "'\"1999-12-31T23:00:00-01:00\"', 2000-01-01T00:00:00Z",
        "1795435200, 2026-11-23T12:00:00Z",
        "1795435200000, 2026-11-23T12:00:00Z",
        "'\"2026-11-23T12:00:00Z\"', 2026-11-23T12:00:00Z",
        "'\"2026-11-23T12:00:00.000999Z\"', 2026-11-23T12:00:00Z"
    })
    void exposedAtWhenInAnyNotationIsThatInstant(String json, Instant expected) {
        assertThat(assertThat(decodeWith("exposed_at", json)).isExposure().exposedAt())
                .isEqualTo(expected);
        String text = json.startsWith("\"") ? json : "\"" + json + "\"";
        assertThat(assertThat(decodeWith("exposed_at", text)).isExposure().exposedAt())
                .isEqualTo(expected);
        for (String timestamp : new String[] {json, text}) {
            String event = "{\"@timestamp\":" + timestamp + ",\"message\":"
                    + Records.quote(lineWith("exposed_at", null)) + "}";
            assertThat(exposedAt(event)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-1",
                "-1722650400137",
                "-999999999999999999",
                "946684799",
                "946684799999",
                "1795435201",
                "1795435200001",
                "99999999999",
                "100000000000",
                "99999999999999999",
                "1111111111111111111111111111111111111111",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "\"1999-12-31T23:59:59.999Z\"",
                "\"2026-11-23T12:00:00.001Z\"",
                "\"0\"",
                "\"946684799\"",
                "\"1795435200001\"",
                "\"99999999999999999999\"",
                "\"+999999999-01-01T00:00:00Z\"",
                "\"-0001-01-01T00:00:00Z\"",
                "true",
                "{}",
                "[1722650400137]",
                "1.7e8",
                "1.7e13",
                "946684799.9999",
                "946684799999.9",
                "1795435200.001",
                "1795435200001.0",
                "99999999999.999",
                "-1722650400.137",
                "1e999999999",
                "1e-999999999",
                "0e12",
                "0.0",
                "\"1e999999999\"",
                "\"1722650400.\"",
                "\".5\"",
                "\"1722650400,137\"",
                "\"1722650400.137s\"",
                "\"1722650400.1.3\"",
                "\"1.722e12e0\"",
                "\"NaN\"",
                "\"yesterday\"",
                "\" \"",
                "\" 1722650400137\"",
                "\"1722650400137 \"",
                "\"-1722650400137\"",
                "\"+1722650400137\"",
                "\"01722650400137\"",
                "\"0x19115E1A389\"",
                "\"\u0661\u0667\u0662\u0662\u0666\u0665\u0660\u0664\u0660\u0660\"",
                "\"2024-08-03\"",
                "\"2024-08-03T10:00:01\"",
                "\"2024-08-03 10:00:01+08:00\"",
                "\"2024-08-03T10:00:01 +08:00\"",
                "\"2024-08-03T10:00:01+08:00[Asia/Shanghai]\"",
                "\"20240803T100001Z\"",
                "\"2024-08-03T10:00:01.Z\"",
                "\"2024-08-03T10:00:01,Z\"",
                "\"2024-08-03T10:00:01;5Z\"",
                "\"2024-08-03T10:00:01.5,5Z\"",
                "\"2024-08-03T10:00:01.5\"",
                "\"2024-08-03T10:00.5Z\"",
                "\"2024-08-03T10:00:1Z\"",
                "\"2024-08-03T10:0:01Z\"",
                "\"2024-08-03T10:60:01Z\"",
                "\"2024-08-03T10:00:01+18:01\"",
                "\"2024-08-03T10:00:01+08:\"",
                "\"2024-08-03T10:00:01+\"",
                "\"2024-08-03T10:00:01+0800 \"",
                "\"2024-08-03T10:00:01+08:0000\"",
                "\"2023-02-29T00:00:00Z\"",
                "\"2024-04-31T00:00:00Z\"",
                "\"2024-08-00T00:00:00Z\"",
                "\"2024-00-03T00:00:00Z\"",
                "\"2O24-08-03T10:00:01Z\"",
                "\"2024-08-03T10:00:01\u00bd5Z\"",
                "\"+2024-08-03T10:00:01Z\"",
                "\"2024-02-30T00:00:00Z\"",
                "\"2024-13-01T00:00:00Z\"",
                "\"2024-08-03T24:00:00Z\"",
                "\"2024-08-03T23:59:60Z\"",
                "\"2024-08-03T10:00:01+25:00\"",
                "\"2024-08-03T10:00:01+8:00\"",
                "\"2024-08-03T10:00:01+08:0\"",
                "\"2024-08-03T10:00:01+080\"",
                "\"2024-08-03T10:00:01 08:00\"",
                "\"2024-08-03T10:00:01+08:60\"",
                "\"2024-08-03T10:00:01Zx\"",
                "\"2024-8-3T10:00:01Z\"",
                "\"Sat, 03 Aug 2024 02:00:00 GMT\""
            })
    void exposedAtWhenNoCredibleTimeIsBad(String json) {
        assertThat(decodeWith("exposed_at", json)).isRejected(Reason.BAD_FIELD, "exposed_at");
        assertThat(decode("{\"@timestamp\":\"2024-08-03T02:00:00.123Z\","
                        + lineWith("exposed_at", json).substring(1)))
                .isRejected(Reason.BAD_FIELD, "exposed_at");
    }

    @Test
    void exposedAtWhenNumberIsBelowOneHundredBillionIsSeconds() {
        Clock future = Clock.fixed(Instant.parse("5200-01-01T00:00:00Z"), ZoneOffset.UTC);
        ExposureDecoder decoder = new ExposureDecoder(Records.properties(Map.of(), "json"), future);
        Decoded decoded = decoder.decode(Records.utf8(lineWith("exposed_at", "99999999999")));
        assertThat(assertThat(decoded).isExposure().exposedAt()).isEqualTo(Instant.ofEpochSecond(99_999_999_999L));
        assertThat(decoder.decode(Records.utf8(lineWith("exposed_at", "100000000000"))))
                .isRejected(Reason.BAD_FIELD, "exposed_at");
    }

    @Test
    void exposedAtWhenLongTextIsBad() {
        assertThat(decodeWith("exposed_at", "\"" + "9".repeat(100_000) + "\""))
                .isRejected(Reason.BAD_FIELD, "exposed_at");
        assertThat(decodeWith("exposed_at", "9".repeat(900))).isRejected(Reason.BAD_FIELD, "exposed_at");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", ""})
    void exposedAtWhenAbsentNullOrEmptyIsEventsTimestamp(String json) {
        String line = lineWith("exposed_at", json.isEmpty() ? null : json);
        Instant expected = Instant.parse("2024-08-03T02:00:00.123Z");
        String timestamp = "\"@timestamp\":\"2024-08-03T02:00:00.123Z\"";
        assertThat(exposedAt("{" + timestamp + ",\"message\":" + Records.quote(line) + "}"))
                .isEqualTo(expected);
        assertThat(exposedAt("{\"message\":" + Records.quote(line) + "," + timestamp + "}"))
                .isEqualTo(expected);
        assertThat(exposedAt("{" + timestamp + ",\"json\":" + line + "}")).isEqualTo(expected);
        assertThat(exposedAt("{\"json\":" + line + "," + timestamp + "}")).isEqualTo(expected);
        assertThat(exposedAt("{" + timestamp + "," + line.substring(1))).isEqualTo(expected);
    }

    @Test
    void exposedAtWhenTimestampIsNotAtEventsRootIsMissing() {
        String line = lineWith("exposed_at", null);
        String stamped = "{\"@timestamp\":\"2024-08-03T02:00:00.123Z\"," + line.substring(1);
        assertThat(decode("{\"message\":" + Records.quote(stamped) + "}"))
                .isRejected(Reason.MISSING_FIELD, "exposed_at");
        assertThat(decode("{\"json\":" + stamped + "}")).isRejected(Reason.MISSING_FIELD, "exposed_at");
        assertThat(decode("{\"a\":{\"@timestamp\":\"2024-08-03T02:00:00.123Z\"}," + line.substring(1)))
                .isRejected(Reason.MISSING_FIELD, "exposed_at");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"never\"",
                "\"1999-01-01T00:00:00Z\"",
                "true",
                "1.5",
                "-1",
                "1e99",
                "\"1e99\"",
                "\"2027-01-01T00:00:00Z\""
            })
    void exposedAtWhenTimestampInItsPlaceIsNotCredibleIsBad(String timestamp) {
        assertThat(decode("{\"@timestamp\":" + timestamp + ","
                        + lineWith("exposed_at", null).substring(1)))
                .isRejected(Reason.BAD_FIELD, "exposed_at");
    }

    @Test
    void exposedAtWhenTimestampIsOverlongIsBad() {
        String timestamp = "{\"@timestamp\":\"" + "1".repeat(100_000) + "\",";
        assertThat(decode(timestamp + lineWith("exposed_at", null).substring(1)))
                .isRejected(Reason.BAD_FIELD, "exposed_at");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "{}", "[\"2024-08-03T02:00:00.123Z\"]"})
    void exposedAtWhenTimestampIsNoTextIsMissing(String timestamp) {
        assertThat(decode("{\"@timestamp\":" + timestamp + ","
                        + lineWith("exposed_at", null).substring(1)))
                .isRejected(Reason.MISSING_FIELD, "exposed_at");
    }

    @Test
    void exposedAtWhenPresentIgnoresWhateverTimestampIs() {
        assertThat(exposedAt("{\"@timestamp\":\"never\","
                        + lineWith("exposed_at", "1722650400137").substring(1)))
                .isEqualTo("2024-08-03T02:00:00.137Z");
    }

    @Test
    void timestampWhenTwiceAtRootIsTheFirst() {
        String both = "{\"@timestamp\":\"2024-08-03T02:00:00.123Z\",\"@timestamp\":\"2024-08-03T03:00:00Z\",";
        assertThat(exposedAt(both + lineWith("exposed_at", null).substring(1))).isEqualTo("2024-08-03T02:00:00.123Z");
    }

    @Test
    void exposedAtWhenMappedToTimestampIsTheLinesOwnAndElseTheEvents() {
        ExposureDecoder decoder = Records.decoder(Records.properties(Map.of("exposed-at", "@timestamp"), "json"));
        String line = "{\"exposure_id\":1,\"ad_id\":2}";
        String stamped = "{\"@timestamp\":1722650400,\"exposure_id\":1,\"ad_id\":2}";
        String event = "{\"@timestamp\":\"2024-08-03T03:00:00Z\",\"json\":%s}";
        assertThat(decoder.decode(Records.utf8(event.formatted(stamped)))).isExposure();
        assertThat(assertThat(decoder.decode(Records.utf8(event.formatted(stamped))))
                        .isExposure()
                        .exposedAt())
                .isEqualTo("2024-08-03T02:00:00Z");
        assertThat(assertThat(decoder.decode(Records.utf8(event.formatted(line))))
                        .isExposure()
                        .exposedAt())
                .isEqualTo("2024-08-03T03:00:00Z");
        assertThat(assertThat(decoder.decode(Records.utf8(stamped)))
                        .isExposure()
                        .exposedAt())
                .isEqualTo("2024-08-03T02:00:00Z");
        assertThat(decoder.decode(Records.utf8("{\"@timestamp\":\"2024-08-03T03:00:00Z\",\"agent\":{}}")))
                .isRejected(Reason.NO_EXPOSURE);
    }

    private static Instant exposedAt(String value) {
        return assertThat(decode(value)).isExposure().exposedAt();
    }
}
