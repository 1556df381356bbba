package dev.exposure.intake.decode;

import static dev.exposure.intake.decode.DecodedAssert.assertThat;
import static dev.exposure.intake.decode.Records.decode;
import static dev.exposure.intake.decode.Records.event;
import static dev.exposure.intake.decode.Records.line;
import static dev.exposure.intake.decode.Records.lineWith;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Rejection.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where in an event the line is, whatever comes before or after it. */
class EventShapeTests {

    private static final String OTHER = lineWith("exposure_id", "\"other\"");
    private static final String OTHER_MEMBERS = OTHER.substring(1, OTHER.length() - 1);

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", "\n", "\r", " \r\n\t "})
    void decodeWhenMessageBeginsWithBraceAfterWhiteSpaceReadsMessage(String space) {
        expectId("e-1", event(space + line() + space));
    }

    @Test
    void decodeWhenMessageIsLineBesidesTargetAndRootFieldsReadsMessage() {
        expectId("e-1", event("\"json\":" + OTHER + "," + OTHER_MEMBERS + ",", line(), ""));
        expectId("e-1", event("", line(), ",\"json\":" + OTHER + "," + OTHER_MEMBERS));
        expectId("e-1", event(OTHER_MEMBERS + ",", line(), ",\"json\":" + OTHER));
    }

    @Test
    void decodeWhenMessageLineIsBrokenDoesNotLookElsewhere() {
        assertThat(decode(event("\"json\":" + OTHER + ",", "{\"exposure_id\":", "," + OTHER_MEMBERS)))
                .isRejected(Reason.NOT_JSON);
        assertThat(decode(event("", "{\"exposure_id\":", ",\"json\":" + OTHER))).isRejected(Reason.NOT_JSON);
    }

    @Test
    void decodeWhenMessageLineLacksFieldsDoesNotLookElsewhere() {
        assertThat(decode(event("\"json\":" + OTHER + ",", "{}", "," + OTHER_MEMBERS)))
                .isRejected(Reason.MISSING_FIELD, "exposure_id");
    }

    @Test
    void decodeWhenRootHasFieldsTooTakesNoneOfThemIntoMessageLine() {
        Exposure exposure = assertThat(decode(event("\"region\":\"root\",", line(), ",\"price_micros\":7")))
                .isExposure();
        assertThat(exposure.region()).isNull();
        assertThat(exposure.priceMicros()).isZero();
    }

    @Test
    void decodeWhenRootHasBadFieldsReadsMessage() {
        expectId("e-1", event("\"region\":{\"a\":1},\"price_micros\":-1,", line(), ",\"exposed_at\":\"never\""));
    }

    @Test
    void decodeWhenPlainMessageAndTargetReadsTarget() {
        expectId("e-1", event("", "plain", ",\"json\":" + line()));
        expectId("e-1", event("\"exposure\":" + line() + ",", "plain", ""));
    }

    @Test
    void decodeWhenPlainMessageAndRootFieldsReadsRoot() {
        expectId("other", event(OTHER_MEMBERS + ",", "plain", ""));
        expectId("other", event("", "plain", "," + OTHER_MEMBERS));
    }

    @Test
    void decodeWhenTargetAndRootFieldsReadsTarget() {
        expectId("e-1", "{" + OTHER_MEMBERS + ",\"json\":" + line() + "}");
        expectId("e-1", "{\"json\":" + line() + "," + OTHER_MEMBERS + "}");
    }

    @Test
    void decodeWhenSeveralTargetsReadsFirstOfConfiguration() {
        expectId("e-1", "{\"json\":" + line() + ",\"exposure\":" + OTHER + "}");
        expectId("e-1", "{\"exposure\":" + OTHER + ",\"json\":" + line() + "}");
    }

    @Test
    void decodeWhenFirstTargetHoldsNoLineReadsOtherTarget() {
        expectId("e-1", "{\"json\":{\"level\":\"info\"},\"exposure\":" + line() + "}");
        expectId("e-1", "{\"exposure\":" + line() + ",\"json\":{\"level\":\"info\"}}");
    }

    @Test
    void decodeWhenBareLineHoldsUnrelatedObjectOfTargetsNameReadsRoot() {
        expectId("e-1", lineWith("exposure", "{\"viewable\":true,\"region\":\"x\"}"));
        expectId("e-1", "{\"json\":{}," + line().substring(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"level\":\"info\"}", "{\"region\":\"a\",\"region\":\"b\"}"})
    void decodeWhenNoTargetNamesARequiredFieldIsNoExposure(String object) {
        for (String target : List.of("json", "exposure", "log")) {
            for (String value : List.of(object, Records.quote(object), Records.quote(" " + object + "\n"))) {
                assertThat(decode("{\"" + target + "\":" + value + "}")).isRejected(Reason.NO_EXPOSURE);
                assertThat(decode(event("", "plain", ",\"" + target + "\":" + value)))
                        .isRejected(Reason.NOT_JSON);
                expectId("e-1", "{\"" + target + "\":" + value + ",\"custom\":1," + line().substring(1));
            }
        }
    }

    @Test
    void decodeWhenTargetIsTextReadsTheLineInIt() {
        for (String target : List.of("json", "exposure", "log")) {
            for (String space : List.of("", " ", "\n", " \r\n\t")) {
                String member = "\"" + target + "\":" + Records.quote(space + line() + space);
                expectId("e-1", "{" + member + ",\"stream\":\"stdout\"}");
                expectId("e-1", "{" + OTHER_MEMBERS + "," + member + "}");
                expectId("e-1", event("", "plain", "," + member));
                expectId("other", event("", OTHER, "," + member));
            }
        }
        assertThat(decode("{\"log\":" + Records.quote("{\"exposure_id\":1}") + "}"))
                .isRejected(Reason.MISSING_FIELD, "ad_id");
    }

    @Test
    void decodeWhenLineIsInDockersLogTakesEventsTime() {
        String line = Records.quote(lineWith("exposed_at", null) + "\n");
        String docker = "{\"log\":" + line + ",\"stream\":\"stdout\",\"time\":\"2024-08-03T02:00:09.5Z\"}";
        for (String value : List.of(
                "{\"@timestamp\":1722650400.123," + docker.substring(1),
                "{\"message\":" + Records.quote(docker) + ",\"@timestamp\":1722650400.123}",
                event(docker))) {
            assertThat(assertThat(decode(value)).isExposure().exposedAt()).isEqualTo("2024-08-03T02:00:00.123Z");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "GET /ad?id=17 200\n", "[{}]", "17", "\"{}\"", "\ufeff{}"})
    void decodeWhenTargetIsOtherTextAndNothingElseIsNotJson(String text) {
        assertThat(decode("{\"log\":" + Records.quote(text) + "}")).isRejected(Reason.NOT_JSON);
        assertThat(decode(event("{\"log\":" + Records.quote(text) + ",\"stream\":\"stdout\"}")))
                .isRejected(Reason.NOT_JSON);
        expectId("e-1", lineWith("log", Records.quote(text)));
        expectId("e-1", "{\"json\":" + Records.quote(text) + ",\"exposure\":" + line() + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"exposure_id\":", "{} x", "{}{}", "{\"exposure_id\":01}"})
    void decodeWhenTextOfTargetIsBrokenIsNotJsonUnlessTheLineIsElsewhere(String text) {
        String target = "\"log\":" + Records.quote(text);
        assertThat(decode("{" + target + "}")).isRejected(Reason.NOT_JSON);
        assertThat(decode(event("{" + target + "}"))).isRejected(Reason.NOT_JSON);
        expectId("e-1", event("", line(), "," + target));
        expectId("e-1", "{" + target + "," + line().substring(1));
        expectId("e-1", "{" + target + ",\"json\":" + line() + "}");
    }

    @Test
    void decodeWhenMessagesObjectNamesNoRequiredFieldReadsItsTarget() {
        for (String target : List.of("json", "exposure", "log")) {
            for (String value : List.of(line(), Records.quote(line()), Records.quote(" " + line() + "\n"))) {
                expectId("e-1", event("{\"" + target + "\":" + value + "}"));
                expectId("e-1", event("{\"region\":{},\"" + target + "\":" + value + ",\"stream\":1}"));
                expectId("e-1", event(OTHER_MEMBERS + ",", "{\"" + target + "\":" + value + "}", ",\"json\":" + OTHER));
            }
        }
        expectId("e-1", event("{\"log\":" + OTHER + ",\"json\":" + line() + "}"));
        expectId("e-1", event("{\"json\":{},\"log\":" + line() + "}"));
    }

    @Test
    void decodeWhenMessagesObjectNamesARequiredFieldDoesNotLookIntoItsTarget() {
        expectId("e-1", event(lineWith("log", Records.quote(OTHER))));
        expectId("e-1", event(lineWith("json", OTHER)));
        assertThat(decode(event("{\"exposure_id\":null,\"json\":" + OTHER + "}")))
                .isRejected(Reason.MISSING_FIELD, "exposure_id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "true", "\"{}\"", "[]", "[{\"exposure_id\":\"x\"}]"})
    void decodeWhenTargetIsNoObjectIgnoresIt(String value) {
        expectId("e-1", lineWith("json", value));
        assertThat(decode("{\"json\":" + value + "}")).isRejected(Reason.NO_EXPOSURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "true", "[\"{}\"]", "{\"exposure_id\":\"x\"}", "\"\"", "\" \\t\""})
    void decodeWhenMessageIsNoTextIgnoresIt(String value) {
        expectId("e-1", lineWith("message", value));
        assertThat(decode("{\"message\":" + value + "}")).isRejected(Reason.NO_EXPOSURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /ad?id=17 200", "[{}]", "\"{}\"", "x{}", "\u00a0{}", "\ufeff{}", "1", "null"})
    void decodeWhenMessageIsOtherTextAndNothingElseIsNotJson(String message) {
        assertThat(decode(event(message))).isRejected(Reason.NOT_JSON);
    }

    @Test
    void decodeWhenPlainMessageAndRootHasOptionalFieldsOnlyIsNotJson() {
        assertThat(decode(event("\"region\":\"eu\",\"device\":{\"id\":\"d\"},", "plain", "")))
                .isRejected(Reason.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"region\":\"eu\"}", "{\"@timestamp\":\"2024-08-03T02:00:00.123Z\"}"})
    void decodeWhenRootHasNoRequiredFieldIsNoExposure(String value) {
        assertThat(decode(value)).isRejected(Reason.NO_EXPOSURE);
    }

    @Test
    void decodeWhenOnlyOneRequiredFieldAtRootMissesTheOthers() {
        assertThat(decode("{\"exposed_at\":1722650400137}")).isRejected(Reason.MISSING_FIELD, "exposure_id");
        assertThat(decode("{\"exposure_id\":\"e\"}")).isRejected(Reason.MISSING_FIELD, "ad_id");
        assertThat(decode("{\"ad_id\":null}")).isRejected(Reason.MISSING_FIELD, "exposure_id");
    }

    @Test
    void decodeWhenMessageOrTargetIsNestedIgnoresIt() {
        String nested = "{\"labels\":{\"message\":" + Records.quote(line()) + ",\"json\":" + line() + "}," + "\"a\":["
                + line() + "]}";
        assertThat(decode(nested)).isRejected(Reason.NO_EXPOSURE);
        assertThat(decode(event(event(line())))).isRejected(Reason.MISSING_FIELD, "exposure_id");
        assertThat(decode(event("{\"a\":{\"json\":" + line() + "}}"))).isRejected(Reason.MISSING_FIELD, "exposure_id");
        assertThat(decode("{\"json\":{\"json\":" + line() + "}}")).isRejected(Reason.NO_EXPOSURE);
    }

    @Test
    void decodeWhenKeysAreEscapedReadsThem() {
        expectId("e-1", "{\"\\u006dessage\":" + Records.quote(line().replace("ad_id", "\\u0061d_id")) + "}");
    }

    @Test
    void decodeWhenKeysDifferInCaseIgnoresThem() {
        assertThat(decode("{\"Message\":" + Records.quote(line()) + "}")).isRejected(Reason.NO_EXPOSURE);
        assertThat(decode(line().replace("ad_id", "AD_ID"))).isRejected(Reason.MISSING_FIELD, "ad_id");
    }

    @Test
    void decodeWhenTargetsAreConfiguredReadsThoseOnly() {
        ExposureDecoder decoder = Records.decoder(Records.properties(Map.of(), "ad", "message"));
        assertThat(decoder.decode(Records.utf8("{\"ad\":" + line() + "}"))).isExposure();
        assertThat(decoder.decode(Records.utf8("{\"message\":" + line() + "}"))).isExposure();
        assertThat(decoder.decode(Records.utf8(event(line())))).isExposure();
        assertThat(decoder.decode(Records.utf8("{\"json\":" + line() + "}"))).isRejected(Reason.NO_EXPOSURE);
    }

    @Test
    void decodeWhenNoTargetsAreConfiguredReadsMessageAndRoot() {
        ExposureDecoder decoder = Records.decoder(Records.properties(Map.of()));
        assertThat(decoder.decode(Records.utf8(event(line())))).isExposure();
        assertThat(decoder.decode(Records.utf8(line()))).isExposure();
        assertThat(decoder.decode(Records.utf8("{\"json\":" + line() + "}"))).isRejected(Reason.NO_EXPOSURE);
    }

    @Test
    void decodeWhenNamesAreMappedReadsAndReportsThem() {
        ExposureDecoder decoder =
                Records.decoder(Records.properties(Map.of("ad-id", "adid", "region", "ad_id"), "json"));
        String line = "{\"exposure_id\":1,\"adid\":2,\"ad_id\":3,\"exposed_at\":1722650400}";
        Exposure exposure =
                assertThat(decoder.decode(Records.utf8(event(line)))).isExposure();
        assertThat(exposure.adId()).isEqualTo("2");
        assertThat(exposure.region()).isEqualTo("3");
        assertThat(decoder.decode(Records.utf8(line.replace("\"adid\":2", "\"adid\":[]"))))
                .isRejected(Reason.BAD_FIELD, "adid");
        assertThat(decoder.decode(Records.utf8(line.replace("\"adid\":2,", ""))))
                .isRejected(Reason.MISSING_FIELD, "adid");
    }

    @Test
    void decodeWhenFieldHasTargetsNameReadsWhicheverTheValueIs() {
        ExposureDecoder decoder = Records.decoder(Records.properties(Map.of("exposure-id", "exposure"), "exposure"));
        String members = ",\"ad_id\":1,\"exposed_at\":1722650400}";
        assertThat(assertThat(decoder.decode(Records.utf8("{\"exposure\":\"e\"" + members)))
                        .isExposure()
                        .exposureId())
                .isEqualTo("e");
        assertThat(assertThat(decoder.decode(Records.utf8("{\"exposure\":{\"exposure\":\"i\"" + members + "}")))
                        .isExposure()
                        .exposureId())
                .isEqualTo("i");
    }

    private static void expectId(String id, String value) {
        assertThat(assertThat(decode(value)).isExposure().exposureId()).isEqualTo(id);
    }
}
