package dev.exposure.intake.decode;

import static dev.exposure.intake.decode.DecodedAssert.assertThat;
import static dev.exposure.intake.decode.Records.decode;
import static dev.exposure.intake.decode.Records.decodeWith;
import static dev.exposure.intake.decode.Records.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Rejection.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the value of each field may be. */
class FieldRuleTests {

    private static final String EMOJI = "\\ud83c\\udfc5";

    static Stream<Arguments> texts() {
        return Stream.of(
                text("exposure_id", Exposure::exposureId),
                text("ad_id", Exposure::adId),
                text("campaign_id", Exposure::campaignId),
                text("creative_id", Exposure::creativeId),
                text("slot_id", Exposure::slotId),
                text("request_id", Exposure::requestId),
                text("user_id", Exposure::userId),
                text("device", Exposure::device),
                text("region", Exposure::region));
    }

    private static Arguments text(String field, Function<Exposure, String> getter) {
        return Arguments.of(field, getter);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textWhenStringOrIntegerIsKeptExactly(String field, Function<Exposure, String> getter) {
        String digits = "1234567890".repeat(4);
        expectText(field, getter, "\"v\"", "v");
        expectText(field, getter, "\" v \"", " v ");
        expectText(field, getter, "\"a\\nb\\u0001\\\"" + EMOJI + "\"", "a\nb\u0001\"\ud83c\udfc5");
        expectText(field, getter, "\"-0\"", "-0");
        expectText(field, getter, "17", "17");
        expectText(field, getter, "-17", "-17");
        expectText(field, getter, "0", "0");
        expectText(field, getter, "9223372036854775808", "9223372036854775808");
        expectText(field, getter, digits, digits);
        expectText(field, getter, "-" + digits, "-" + digits);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textWhenMinusZeroIsZero(String field, Function<Exposure, String> getter) {
        expectText(field, getter, "-0", "0");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textWhenOfGreatestLengthIsKept(String field, Function<Exposure, String> getter) {
        expectText(field, getter, "\"" + "x".repeat(128) + "\"", "x".repeat(128));
        expectText(field, getter, "\"" + EMOJI.repeat(64) + "\"", "\ud83c\udfc5".repeat(64));
        expectText(field, getter, "1".repeat(128), "1".repeat(128));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textWhenNotStorableOrNoTextIsBad(String field) {
        List<String> bad = List.of(
                "\"" + "x".repeat(129) + "\"",
                "\"" + EMOJI.repeat(65) + "\"",
                "\"" + "x".repeat(127) + EMOJI + "\"",
                "1".repeat(129),
                "\"a\\u0000b\"",
                "\"\\u0000\"",
                "\"\\ud83c\"",
                "\"a\\ud83cb\"",
                "\"\\udfc5\"",
                "\"\\udfc5\\ud83c\"",
                "\"" + EMOJI + "\\ud83c\"",
                "1.5",
                "1.0",
                "1e3",
                "1E3",
                "-0.0",
                "true",
                "false",
                "{}",
                "{\"v\":1}",
                "[]",
                "[\"v\"]");
        for (String json : bad) {
            assertThat(decodeWith(field, json)).isRejected(Reason.BAD_FIELD, field);
            assertThat(decode(event(Records.lineWith(field, json)))).isRejected(Reason.BAD_FIELD, field);
        }
    }

    @Test
    void textWhenSurrogateIsNotEscapedIsJudgedAlike() {
        assertThat(assertThat(decodeWith("ad_id", "\"\ud83c\udfc5\""))
                        .isExposure()
                        .adId())
                .isEqualTo("\ud83c\udfc5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exposure_id", "ad_id", "exposed_at"})
    void requiredFieldWhenAbsentNullOrEmptyIsMissing(String field) {
        for (String json : Arrays.asList(null, "null", "\"\"")) {
            assertThat(decodeWith(field, json)).isRejected(Reason.MISSING_FIELD, field);
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void optionalTextWhenAbsentNullOrEmptyIsAbsent(String field, Function<Exposure, String> getter) {
        if (!field.equals("exposure_id") && !field.equals("ad_id")) {
            for (String json : Arrays.asList(null, "null", "\"\"")) {
                assertThat(getter.apply(assertThat(decodeWith(field, json)).isExposure()))
                        .isNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-0,0", "1,1", "1200,1200", "9223372036854775807,9223372036854775807", "null,0"})
    void priceWhenIntegerIsKept(String json, long price) {
        assertThat(assertThat(decodeWith("price_micros", json)).isExposure().priceMicros())
                .isEqualTo(price);
    }

    @Test
    void priceWhenAbsentIsZero() {
        assertThat(assertThat(decodeWith("price_micros", null)).isExposure().priceMicros())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "9223372036854775808",
                "-9223372036854775808",
                "18446744073709551616",
                "1.0",
                "1e3",
                "0.0",
                "\"1200\"",
                "\"\"",
                "true",
                "{}",
                "[1]"
            })
    void priceWhenNoIntegerFromZeroUpIsBad(String json) {
        assertThat(decodeWith("price_micros", json)).isRejected(Reason.BAD_FIELD, "price_micros");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "false,false", "null,false"})
    void testWhenBooleanOrNullIsKept(String json, boolean test) {
        assertThat(assertThat(decodeWith("test", json)).isExposure().test()).isEqualTo(test);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "\"true\"", "\"\"", "{}", "[true]"})
    void testWhenNoBooleanIsBad(String json) {
        assertThat(decodeWith("test", json)).isRejected(Reason.BAD_FIELD, "test");
    }

    @Test
    void problemsWhenSeveralAreReportedInOrderOfFieldsWhateverOrderOfKeys() {
        assertThat(decode("{\"test\":1,\"region\":{},\"ad_id\":[],\"exposed_at\":1,\"exposure_id\":\"e\"}"))
                .isRejected(Reason.BAD_FIELD, "ad_id");
        assertThat(decode("{\"test\":1,\"region\":{},\"ad_id\":[],\"exposed_at\":1}"))
                .isRejected(Reason.MISSING_FIELD, "exposure_id");
        assertThat(decode("{\"test\":1,\"exposure_id\":\"e\",\"region\":{},\"ad_id\":\"a\"}"))
                .isRejected(Reason.MISSING_FIELD, "exposed_at");
        assertThat(decode("{\"test\":1,\"exposure_id\":\"e\",\"region\":{},\"ad_id\":\"a\",\"exposed_at\":1722650400}"))
                .isRejected(Reason.BAD_FIELD, "region");
    }

    private static void expectText(String field, Function<Exposure, String> getter, String json, String expected) {
        assertThat(getter.apply(assertThat(decodeWith(field, json)).isExposure()))
                .isEqualTo(expected);
        assertThat(getter.apply(
                        assertThat(decode(event(Records.lineWith(field, json)))).isExposure()))
                .isEqualTo(expected);
    }
}
