package dev.exposure.intake.decode;

import static dev.exposure.intake.decode.DecodedAssert.assertThat;
import static dev.exposure.intake.decode.Records.decode;
import static dev.exposure.intake.decode.Records.event;
import static dev.exposure.intake.decode.Records.line;
import static dev.exposure.intake.decode.Records.lineWith;
import static dev.exposure.intake.decode.Records.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Rejection.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no well-formed JSON object in UTF-8 is never decoded, wherever in the record the flaw is. */
class StrictnessTests {

    private static final String BOM = "\ufeff";

    @Test
    void decodeWhenNoValueIsEmpty() {
        assertThat(Records.decoder().decode(null)).isRejected(Reason.EMPTY);
        assertThat(Records.decoder().decode(new byte[0])).isRejected(Reason.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t\r\n ", BOM, BOM + " "})
    void decodeWhenWhiteSpaceOnlyIsEmpty(String value) {
        assertThat(decode(value)).isRejected(Reason.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\0", "\u00a0", "\u000b", "1", "\"text\"", "true", "null", "[]", "[{}]", "plain", "{", "}", "{}}"
            })
    void decodeWhenNoObjectIsNotJson(String value) {
        assertThat(decode(value)).isRejected(Reason.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", " oops", ",", "}", "{}", "[]", "1", "\"", "\0", "// c", "/* c */", "\u00a0", "\ufeff"})
    void decodeWhenSomethingFollowsIsNotJson(String garbage) {
        assertThat(decode(line() + garbage)).isRejected(Reason.NOT_JSON);
        assertThat(decode(event(line()) + garbage)).isRejected(Reason.NOT_JSON);
        assertThat(decode(event(line() + garbage))).isRejected(Reason.NOT_JSON);
        assertThat(decode(event(line() + "\r\n") + " \r\n")).isExposure();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01",
                "+1",
                "1.",
                ".5",
                "-",
                "1e",
                "1e+",
                "0x1",
                "NaN",
                "Infinity",
                "-Infinity",
                "1_000",
                "tru",
                "True",
                "nul",
                "undefined",
                "'text'",
                "text",
                "\"a\tb\"",
                "\"a\nb\"",
                "\"a\0b\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12\"",
                "\"\\'\"",
                "\"",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[",
                "{\"a\":1,}",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1 \"b\":2}",
                "{1:2}",
                "{,}",
                "{\"a\" 1}",
                "1 // c",
                "/* c */ 1",
                "# c\n1",
                ""
            })
    void decodeWhenAnyValueIsMalformedIsNotJson(String json) {
        for (String field : new String[] {"unknown", "ad_id", "price_micros", "json", "message", "@timestamp"}) {
            assertThat(decode(lineWith(field, json))).isRejected(Reason.NOT_JSON);
            assertThat(decode(event(lineWith(field, json)))).isRejected(Reason.NOT_JSON);
        }
        assertThat(decode(event("\"unknown\":" + json + ",", line(), ""))).isRejected(Reason.NOT_JSON);
        assertThat(decode(event("", line(), ",\"a\":{\"b\":[" + json + "x]}"))).isRejected(Reason.NOT_JSON);
    }

    @Test
    void decodeWhenTruncatedAnywhereIsNotJson() {
        String event = event("\"a\":[1,{\"b\":null}],", line(), ",\"json\":" + line());
        for (int length = 1; length < event.length(); length++) {
            assertThat(decode(event.substring(0, length))).isRejected(Reason.NOT_JSON);
        }
        for (int length = 1; length < line().length(); length++) {
            assertThat(decode(event(line().substring(0, length)))).isRejected(Reason.NOT_JSON);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c3",
                "c328",
                "c080",
                "c1bf",
                "e28228",
                "e0808f",
                "e09fbf",
                "eda080",
                "edbfbf",
                "eda081edb081",
                "f0808080",
                "f08fbfbf",
                "f0288cbc",
                "f4908080",
                "f5808080",
                "f8a1a1a1a1",
                "fe",
                "ff",
                "fffe",
                "e282"
            })
    void decodeWhenNotUtf8IsNotJson(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        for (String place : new String[] {"unknown", "region", "message", "json"}) {
            assertThat(Records.decoder().decode(with(lineWith(place, "\"<>\""), bad)))
                    .isRejected(Reason.NOT_JSON);
        }
        String event = event("\"long\":\"" + "\u9996".repeat(2000) + "<>\",", line(), "");
        assertThat(Records.decoder().decode(with(event, bad))).isRejected(Reason.NOT_JSON);
        assertThat(Records.decoder().decode(with(line() + "<>", bad))).isRejected(Reason.NOT_JSON);
        assertThat(Records.decoder().decode(with(lineWith("<>", "1"), bad))).isRejected(Reason.NOT_JSON);
    }

    @Test
    void decodeWhenUtf8OfEveryLengthKeepsText() {
        String text = "a\u00e9\u9996\ud83c\udfc5\uffff\udbff\udfff";
        String line = lineWith("region", "\"" + text + "\"");
        String event = event("\"long\":\"" + text.repeat(500) + "\",", line, "");
        for (String value : new String[] {line, event}) {
            assertThat(assertThat(decode(value)).isExposure().region()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
    void decodeWhenInOtherUnicodeEncodingIsNotJson(String charset) {
        for (String text : new String[] {line(), BOM + line()}) {
            assertThat(Records.decoder().decode(text.getBytes(Charset.forName(charset))))
                    .isRejected(Reason.NOT_JSON);
        }
    }

    @Test
    void decodeWhenValueBeginsWithByteOrderMarkPassesOverIt() {
        assertThat(decode(BOM + line())).isExposure();
        assertThat(decode(BOM + " " + event(line()))).isExposure();
        assertThat(decode(BOM + BOM + line())).isRejected(Reason.NOT_JSON);
        assertThat(decode(" " + BOM + line())).isRejected(Reason.NOT_JSON);
        assertThat(decode(event(BOM + line()))).isRejected(Reason.NOT_JSON);
    }

    @Test
    void decodeWhenFieldOccursTwiceInLineIsNotJson() {
        String twice = line().replace("}", ",\"ad_id\":\"a-1\"}");
        String bothNull = line().replace("}", ",\"region\":null,\"region\":null}");
        String escaped = line().replace("}", ",\"\\u0061d_id\":\"a-2\"}");
        for (String line : new String[] {twice, bothNull, escaped}) {
            assertThat(decode(line)).isRejected(Reason.NOT_JSON);
            assertThat(decode(event(line))).isRejected(Reason.NOT_JSON);
            assertThat(decode("{\"json\":" + line + "}")).isRejected(Reason.NOT_JSON);
        }
    }

    @Test
    void decodeWhenMessageOrTargetOccursTwiceIsNotJson() {
        String other = lineWith("exposure_id", "2");
        for (String message : new String[] {Records.quote(other), "\"plain\"", "null", "{}"}) {
            assertThat(decode(event("\"message\":" + message + ",", line(), "")))
                    .isRejected(Reason.NOT_JSON);
            assertThat(decode(event("", line(), ",\"message\":" + message))).isRejected(Reason.NOT_JSON);
        }
        assertThat(decode("{\"json\":" + line() + ",\"json\":" + line() + "}")).isRejected(Reason.NOT_JSON);
        assertThat(decode("{\"json\":" + line() + ",\"json\":null}")).isRejected(Reason.NOT_JSON);
        assertThat(decode("{\"json\":null,\"json\":1," + line().substring(1))).isRejected(Reason.NOT_JSON);
        assertThat(decode(event("{\"log\":" + line() + ",\"log\":" + Records.quote(line()) + "}")))
                .isRejected(Reason.NOT_JSON);
    }

    @Test
    void decodeWhenOtherNamesOccurTwiceIgnoresThem() {
        assertThat(decode(line().replace("}", ",\"x\":1,\"x\":2}"))).isExposure();
        for (String target : new String[] {"1", "{}", line(), Records.quote(line())}) {
            String twice = "\"log\":" + target + ",\"log\":" + target;
            assertThat(decode(event("\"region\":1,\"region\":2,", line(), "," + twice)))
                    .isExposure();
            assertThat(decode(event(twice + ",", line(), ""))).isExposure();
            assertThat(decode(event("{" + twice + "," + line().substring(1)))).isExposure();
        }
    }

    @Test
    void decodeWhenNamesAreInNestedObjectsTheyDoNotCount() {
        assertThat(decode(lineWith("nested", "[" + line() + "," + line() + "]")))
                .isExposure();
    }

    @Test
    void decodeWhenMalformedSaysWhereAndDoesNotQuote() {
        String line = "{\"secret\":tru}";
        assertThat(decode("  " + line)).isEqualTo(StrictJson.notJson("event is not well-formed JSON at character 12"));
        assertThat(decode(event("  " + line)))
                .isEqualTo(StrictJson.notJson("line in message is not well-formed JSON at character 10"));
    }

    private static byte[] with(String text, byte[] bad) {
        int at = text.indexOf("<>");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(utf8(text.substring(0, at)));
        out.writeBytes(bad);
        out.writeBytes(text.substring(at + 2).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
