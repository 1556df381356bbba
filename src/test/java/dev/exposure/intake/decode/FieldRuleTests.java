package dev.exposure.intake.decode;

import static dev.exposure.intake.decode.DecodedAssert.assertThat;
import static dev.exposure.intake.decode.Records.decode;
import static dev.exposure.intake.decode.Records.decodeWith;
import static dev.exposure.intake.decode.Records.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Rejection.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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

    /** Fields that counts are kept by. */
    private static final Set<String> COUNTED = Set.of("exposure_id", "ad_id", "campaign_id", "slot_id");

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
    void textWhenOfGreatestLengthIsKeptAndBeyondItIsBad(String field, Function<Exposure, String> getter) {
        int max = COUNTED.contains(field) ? 128 : 4096;
        for (String character : List.of("x", "\u00e9", "\u9996", "\ud83c\udfc5")) {
            expectText(field, getter, "\"" + character.repeat(max) + "\"", character.repeat(max));
            expectBad(field, "\"" + character.repeat(max + 1) + "\"");
        }
        expectText(field, getter, "\"" + EMOJI.repeat(max) + "\"", "\ud83c\udfc5".repeat(max));
        expectText(field, getter, "\"" + "x".repeat(max - 1) + EMOJI + "\"", "x".repeat(max - 1) + "\ud83c\udfc5");
        expectText(field, getter, "1".repeat(max), "1".repeat(max));
        expectBad(field, "\"" + EMOJI.repeat(max + 1) + "\"");
        expectBad(field, "\"" + "x".repeat(max) + EMOJI + "\"");
        expectBad(field, "1".repeat(max + 1));
        expectBad(field, "-" + "1".repeat(max));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textWhenNotStorableOrNoTextIsBad(String field) {
        List<String> bad = List.of(
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
            expectBad(field, json);
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
    @CsvSource({
        "0,0",
        "-0,0",
        "1,1",
        "1200,1200",
        "1200.0,1200",
        "1200.000,1200",
        "1.2e3,1200",
        "1.2E+3,1200",
        "12000e-1,1200",
        "0.012e5,1200",
        "0.0,0",
        "-0.0,0",
        "0e999999999,0",
        "0.000e-999999999,0",
        "1e18,1000000000000000000",
        "9223372036854775807,9223372036854775807",
        "9223372036854775807.0,9223372036854775807",
        "9.223372036854775807e18,9223372036854775807",
        "922337203685477580700e-2,9223372036854775807",
        "9007199254740993,9007199254740993",
        "9007199254740993.0,9007199254740993"
    })
    void priceWhenIntegerInAnyNotationIsKeptExactly(String number, long price) {
        for (String json : List.of(number, "\"" + number + "\"")) {
            assertThat(assertThat(decodeWith("price_micros", json)).isExposure().priceMicros())
                    .isEqualTo(price);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void priceWhenNullOrEmptyIsZero(String json) {
        assertThat(assertThat(decodeWith("price_micros", json)).isExposure().priceMicros())
                .isZero();
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
                "-1.0",
                "-1e3",
                "-0.1",
                "0.5",
                "1200.5",
                "1.2345e3",
                "1e-1",
                "1e-999999999",
                "1e19",
                "1e999999999",
                "1e9999999999999999999999",
                "9223372036854775807.5",
                "9223372036854775808",
                "9223372036854775808.0",
                "-9223372036854775808",
                "18446744073709551616"
            })
    void priceWhenNoIntegerFromZeroUpIsBad(String number) {
        expectBad("price_micros", number);
        expectBad("price_micros", "\"" + number + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "{}",
                "[1]",
                "\" \"",
                "\" 1\"",
                "\"1 \"",
                "\"+1\"",
                "\"01\"",
                "\"1.\"",
                "\".5\"",
                "\"1e\"",
                "\"1e+\"",
                "\"e3\"",
                "\"1,200\"",
                "\"1_200\"",
                "\"0x10\"",
                "\"NaN\"",
                "\"Infinity\"",
                "\"1200L\"",
                "\"free\"",
                "\"\\u0661\"",
                "\"\u0661\"",
                "\"-\""
            })
    void priceWhenNoNumberIsBad(String json) {
        expectBad("price_micros", json);
    }

    @ParameterizedTest
    @CsvSource({
        "true,true",
        "false,false",
        "null,false",
        "'\"true\"',true",
        "'\"false\"',false",
        "'\"\"',false",
        "'\"tr\\u0075e\"',true"
    })
    void testWhenBooleanItsTextOrAbsentIsKept(String json, boolean test) {
        assertThat(assertThat(decodeWith("test", json)).isExposure().test()).isEqualTo(test);
        assertThat(assertThat(decode(event(Records.lineWith("test", json))))
                        .isExposure()
                        .test())
                .isEqualTo(test);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "1",
                "1.0",
                "\"0\"",
                "\"1\"",
                "\"TRUE\"",
                "\"False\"",
                "\" true\"",
                "\"yes\"",
                "\" \"",
                "{}",
                "[true]"
            })
    void testWhenNoBooleanIsBad(String json) {
        expectBad("test", json);
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

    private static void expectBad(String field, String json) {
        assertThat(decodeWith(field, json)).isRejected(Reason.BAD_FIELD, field);
        assertThat(decode(event(Records.lineWith(field, json)))).isRejected(Reason.BAD_FIELD, field);
    }

    private static void expectText(String field, Function<Exposure, String> getter, String json, String expected) {
        assertThat(getter.apply(assertThat(decodeWith(field, json)).isExposure()))
                .isEqualTo(expected);
        assertThat(getter.apply(
                        assertThat(decode(event(Records.lineWith(field, json)))).isExposure()))
                .isEqualTo(expected);
    }
}
