package dev.exposure.intake.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fast path gives an exposure only where the parser gives the same one. {@code -Dfuzz.events} says on how many made-up
 * events the two are compared, {@code -Dfuzz.seed} on which.
 */
class FastPathTests {

    private static final int EVENTS = Integer.getInteger("fuzz.events", 1_000_000);
    private static final long SEED = Long.getLong("fuzz.seed", 20261128);

    private final ExposureDecoder decoder = Records.decoder();
    private final FastDecoder fast = fast(Records.properties(Map.of(), "json", "exposure", "log"));

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.exposure.intake.decode.Records#samples")
    void decodeWhenSampleEventAgreesWithParser(Records.Sample sample) {
        agrees(Records.utf8(sample.value()));
    }

    @Test
    void decodeWhenEventIsDamagedAgreesWithParser(TestReporter reporter) {
        RandomEvents events = new RandomEvents(SEED);
        List<byte[]> seeds = new ArrayList<>();
        Records.samples().stream().map(sample -> Records.utf8(sample.value())).forEach(seeds::add);
        for (int i = 0; i < 500; i++) {
            seeds.add(Records.utf8(events.next()));
        }
        Mutations mutations = new Mutations(SEED, seeds);
        // Each right after the event that it was made of, of which the decoder remembers names and values.
        double share = compare(EVENTS / 2, () -> {
            byte[] damaged = mutations.next();
            fast.decode(mutations.origin());
            return damaged;
        });
        reporter.publishEntry("share of exposures that took the fast path", String.valueOf(share));
        assertThat(share).isGreaterThan(0.7);
    }

    @Test
    void decodeWhenEventIsMadeUpAgreesWithParser(TestReporter reporter) {
        RandomEvents events = new RandomEvents(SEED);
        double share = compare(EVENTS / 2, () -> Records.utf8(events.next()));
        reporter.publishEntry("share of exposures that took the fast path", String.valueOf(share));
        assertThat(share).isGreaterThan(0.5);
    }

    /** Real events have to take the fast path, or it would be of no use; all but docker's within message do. */
    @Test
    void decodeWhenSampleEventIsAnExposureTakesFastPath(TestReporter reporter) {
        List<String> slow = Records.samples().stream()
                .filter(sample -> decoder.decode(Records.utf8(sample.value())) instanceof Exposure)
                .filter(sample -> fast.decode(Records.utf8(sample.value())) == null)
                .map(Records.Sample::name)
                .toList();
        reporter.publishEntry("left to the parser", slow.toString());
        assertThat(slow)
                .containsExactlyInAnyOrder(
                        "docker's json-file in message", "line without time in docker's log takes the event's");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"exposure_id\":\"a\",\"ad_id\":\"b\",\"exposed_at\":1722650400}'",
        "' { \"exposure_id\" : \"\u9996\" ,\t\"ad_id\" : 17 , \"exposed_at\" : \"2024-08-03T10:00:01.5+08:00\" }\r\n'",
        "'{\"exposure_id\":\"a\\u0041\\ud83c\\udfc5\",\"ad_id\":\"\\\\\\\"\\/\\n\",\"exposed_at\":\"1722650400\"}'",
        "'{\"exposure_id\":\"a\",\"ad_id\":\"b\",\"exposed_at\":1.7e9,\"x\":[1,{\"y\":[null,true,-1.5E-3]}],\"price_micros\":1.2e3}'"
    })
    void decodeWhenLineIsUsualTakesFastPathWhereverItIs(String line) {
        for (String value : List.of(
                line,
                Records.event(line),
                Records.event(" \n" + line + "\n"),
                Records.event("", "plain", ",\"json\":" + line),
                "{\"exposure\":" + line + "}",
                "{\"log\":" + Records.quote(line + "\n") + ",\"stream\":\"stdout\"}",
                Records.event("\"log\":{\"offset\":5},\"host\":{\"name\":\"\u9996\"},", line, ",\"json\":{}"))) {
            assertThat(fast.decode(Records.utf8(value)))
                    .as(value)
                    .isNotNull()
                    .isEqualTo(decoder.parse(Records.utf8(value)));
        }
    }

    @Test
    void decodeWhenNamesAreMappedTakesFastPath() {
        FormatProperties properties =
                Records.properties(Map.of("ad-id", "\u5e7f\u544a", "region", "ad_id", "exposed-at", "ts"), "json");
        String line = "{\"exposure_id\":1,\"\u5e7f\u544a\":2,\"ad_id\":3,\"ts\":1722650400}";
        for (String value : List.of(line, Records.event(line))) {
            assertThat(fast(properties).decode(Records.utf8(value)))
                    .isNotNull()
                    .isEqualTo(Records.decoder(properties).parse(Records.utf8(value)));
        }
    }

    @Test
    void decodeWhenCutAnywhereAgreesWithParser() {
        for (Records.Sample sample : Records.samples()) {
            byte[] value = Records.utf8(sample.value());
            for (int length = 0; length < Math.min(value.length, 1500); length++) {
                agrees(Arrays.copyOf(value, length));
            }
        }
    }

    @Test
    void decodeWhenDecoderWasUsedBeforeForgetsThat() {
        Random random = new Random(3);
        RandomEvents events = new RandomEvents(SEED + 1);
        for (int i = 0; i < 2_000; i++) {
            byte[] value = Records.utf8(events.next());
            Exposure fresh = fresh().decode(value);
            assertThat(fast.decode(value)).isEqualTo(fresh);
            fast.decode(Arrays.copyOf(value, random.nextInt(value.length)));
            assertThat(fast.decode(value)).isEqualTo(fresh);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\"x\":1', '\"x\":12'",
        "'\"x\":12', '\"x\":1'",
        "'\"x\":1', '\"x\":1.'",
        "'\"x\":true', '\"x\":trueish'",
        "'\"x\":\"a\"', '\"x\":\"a\"b'",
        "'\"x\":\"a\"', '\"x\":\"a\\\"b\"'",
        "'\"x\":{\"y\":[1]}', '\"x\":{\"y\":[1]}}'",
        "'\"x\":{\"y\":[1]}', '\"x\":{\"y\":[1]} , \"z\":[1]'",
        "'\"x\":{\"y\":[1]}', '\"z\":{\"y\":[1]}'",
        "'\"x\":{\"y\":[1]}', '\"x\":{\"y\":[2]}'",
        "'\"x\":{\"y\":[1]}', '\"price_micros\":{\"y\":[1]}'",
        "'\"x\":{},\"y\":\"{}\"', '\"y\":\"{}\",\"x\":{}'",
        "'\"price_micros\":5', '\"price_micros\" : 5'",
        "'\"price_micros\":5', '\"price_micros2\":5'",
        "'\"x\":5', '\"price_micros\":5'",
        "'\"x\":5,\"price_micros\":5', '\"price_micros\":5,\"x\":5'",
        "'\"log\":\"{\\\"ad_id\\\":1}\"', '\"log\":{\\\"ad_id\\\":1}'",
        "'\"log\":{\"ad_id\":1}', '\"log\":\"{\"ad_id\":1}\"'",
    })
    void decodeWhenEventBeforeWasAlmostTheSameAgreesWithParser(String before, String member) {
        String line = "{\"exposure_id\":1,%s,\"ad_id\":2,\"exposed_at\":1722650400}";
        for (String form : List.of(line, "{%s,\"exposure\":" + line.formatted("\"y\":1") + "}")) {
            afterOneAnother(form.formatted(before), form.formatted(member));
            afterOneAnother(Records.event(form.formatted(before)), Records.event(form.formatted(member)));
        }
        String whole = line.formatted("\"y\":1");
        afterOneAnother(Records.event(before + ",", whole, ""), Records.event(member + ",", whole, ""));
    }

    /** Each, read after the other, is what it is to a decoder that has read nothing before. */
    private void afterOneAnother(String first, String second) {
        for (String value : List.of(first, second, first)) {
            agrees(Records.utf8(value));
            assertThat(fast.decode(Records.utf8(value))).as(value).isEqualTo(fresh().decode(Records.utf8(value)));
        }
        fast.decode(Records.utf8(second));
        assertThat(fast.decode(Records.utf8(first))).as(first).isEqualTo(fresh().decode(Records.utf8(first)));
    }

    private static FastDecoder fresh() {
        return fast(Records.properties(Map.of(), "json", "exposure", "log"));
    }

    /** Share of the exposures among these events that took the fast path. */
    private double compare(int events, Supplier<byte[]> source) {
        int exposures = 0;
        int taken = 0;
        for (int i = 0; i < events; i++) {
            byte[] value = source.get();
            boolean tookIt = agrees(value);
            taken += tookIt ? 1 : 0;
            exposures += tookIt || decoder.parse(value) instanceof Exposure ? 1 : 0;
        }
        assertThat(exposures).isGreaterThan(events / 10);
        return (double) taken / exposures;
    }

    /** Compares both paths to the last field; whether the fast one took it. */
    private boolean agrees(byte[] value) {
        Exposure exposure = fast.decode(value);
        if (exposure == null) {
            return false;
        }
        Decoded expected = decoder.parse(value);
        if (!exposure.equals(expected)) {
            assertThat(exposure).as(new String(value, StandardCharsets.UTF_8)).isEqualTo(expected);
        }
        return true;
    }

    private static FastDecoder fast(FormatProperties properties) {
        return new FastDecoder(new Keys(properties), Clock.fixed(Records.NOW, ZoneOffset.UTC));
    }
}
