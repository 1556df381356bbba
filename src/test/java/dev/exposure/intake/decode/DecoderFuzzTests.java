package dev.exposure.intake.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Rejection.Reason;
import dev.exposure.intake.scan.ExposureTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.JsonNode;

/** Whatever happens to a record's bytes, it has one outcome, a true one, and one that gives nothing away. */
class DecoderFuzzTests {

    private static final int CASES = 100_000;
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** Every detail there is, numbers replaced; a new one has to be added here, on seeing that it quotes nothing. */
    private static final Set<String> DETAILS = Stream.of(
                    "holds no value",
                    "holds nothing but white space",
                    "event is not UTF-8",
                    "event is not a JSON object",
                    "event is followed by something else",
                    "event is not well-formed JSON at character #",
                    "event is nested too deeply",
                    "line in message is followed by something else",
                    "line in message is not well-formed JSON at character #",
                    "line in message is nested too deeply",
                    "line in a target is followed by something else",
                    "line in a target is not well-formed JSON at character #",
                    "line in a target is nested too deeply",
                    "message or a target is not a JSON object",
                    "message occurs twice in the event",
                    "a target occurs twice",
                    "a field occurs twice in the line",
                    "neither message nor a target nor the root holds a line",
                    "is required, but absent, null or empty",
                    "must be a string or an integer",
                    "has # characters, of which at most # are allowed",
                    "holds a NUL character or an unpaired surrogate",
                    "must be an integer from # to #",
                    "must be true or false",
                    ExposureTime.RULE,
                    "is absent, and the event's @timestamp in its place " + ExposureTime.RULE)
            .map(DecoderFuzzTests::withoutNumbers)
            .collect(Collectors.toSet());

    private static final Set<String> FIELDS =
            Stream.of(Field.values()).map(Field::defaultName).collect(Collectors.toSet());

    private final ExposureDecoder decoder = Records.decoder();

    @Test
    void decodeWhenRecordIsDamagedHasOneTrueOutcome(TestReporter reporter) {
        Mutations mutations = new Mutations(20240803, seeds());
        Map<Reason, Integer> rejections = new EnumMap<>(Reason.class);
        Set<String> details = new HashSet<>();
        int exposures = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] value = mutations.next();
            Decoded decoded = decoder.decode(value);
            if (decoded instanceof Exposure exposure) {
                exposures++;
                expectTrue(exposure, value);
            } else if (decoded instanceof Rejection rejection) {
                rejections.merge(rejection.reason(), 1, Integer::sum);
                details.add(withoutNumbers(rejection.detail()));
                expectDiscreet(rejection);
            }
        }
        reporter.publishEntry(Map.of("exposures", String.valueOf(exposures), "rejections", rejections.toString()));
        assertThat(details).isSubsetOf(DETAILS);
        assertThat(exposures
                        + rejections.values().stream()
                                .mapToInt(Integer::intValue)
                                .sum())
                .isEqualTo(CASES);
        // Neither side may come short, or the damage would prove nothing.
        assertThat(exposures).isGreaterThan(CASES / 10);
        assertThat(rejections)
                .containsOnlyKeys(
                        Reason.EMPTY, Reason.NOT_JSON, Reason.NO_EXPOSURE, Reason.MISSING_FIELD, Reason.BAD_FIELD);
    }

    private static List<byte[]> seeds() {
        List<String> values = new ArrayList<>();
        Records.samples().forEach(sample -> values.add(sample.value().replace("feed_top", Mutations.MARKER)));
        values.add(Records.event("\"json\":" + Records.line() + ",", "plain " + Mutations.MARKER, ""));
        values.add(Records.lineWith("exposure", "{\"exposure_id\":1,\"ad_id\":2,\"exposed_at\":1722650400}"));
        values.add(
                Records.lineWith(Mutations.MARKER, "{\"\\u0061\":[-1.5e-3,true,false,null,\"\\uD83C\\udfc5\u9996\"]}"));
        return values.stream()
                .map(value -> value.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static void expectTrue(Exposure exposure, byte[] value) {
        JsonNode line =
                Oracle.line(value).orElseThrow(() -> new AssertionError("not JSON, but decoded: " + text(value)));
        List<@Nullable String> texts = Arrays.asList(
                exposure.exposureId(),
                exposure.adId(),
                exposure.campaignId(),
                exposure.creativeId(),
                exposure.slotId(),
                exposure.requestId(),
                exposure.userId(),
                exposure.device(),
                exposure.region());
        List<@Nullable String> expected = Stream.of(
                        "exposure_id",
                        "ad_id",
                        "campaign_id",
                        "creative_id",
                        "slot_id",
                        "request_id",
                        "user_id",
                        "device",
                        "region")
                .map(field -> Oracle.text(line, field))
                .toList();
        // Asserting is what this test spends most of its time on, so it asserts on what differs only.
        if (!texts.equals(expected)) {
            assertThat(texts).as(text(value)).isEqualTo(expected);
        }
        assertThat(exposure.priceMicros()).isEqualTo(Oracle.price(line));
        assertThat(exposure.test()).isEqualTo(line.path("test").asString("").equals("true"));
        Oracle.epochMillis(line)
                .ifPresent(millis -> assertThat(exposure.exposedAt().toEpochMilli())
                        .as(text(value))
                        .isEqualTo(millis));
    }

    private static void expectDiscreet(Rejection rejection) {
        assertThat(rejection.detail()).doesNotContain(Mutations.MARKER);
        boolean aboutField = rejection.reason() == Reason.MISSING_FIELD || rejection.reason() == Reason.BAD_FIELD;
        assertThat(aboutField ? FIELDS.contains(rejection.field()) : rejection.field() == null)
                .isTrue();
    }

    private static String withoutNumbers(String detail) {
        return NUMBER.matcher(detail).replaceAll("#");
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
