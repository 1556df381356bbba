package dev.exposure.intake.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Rejection.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every sample event has the outcome that the sample file states, to the last field. */
class SampleEventTests {

    private final ExposureDecoder decoder = Records.decoder();

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.exposure.intake.decode.Records#samples")
    void decodeWhenSampleEventGivesStatedOutcome(Records.Sample sample) {
        expectStated(sample, decoder.decode(Records.utf8(sample.value())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("objects")
    void decodeWhenKeysAreInAnyOrderGivesStatedOutcome(Records.Sample sample) {
        JsonNode event = Records.MAPPER.readTree(sample.value());
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            expectStated(
                    sample, decoder.decode(Records.utf8(shuffled(event, random).toString())));
        }
    }

    private static List<Records.Sample> objects() {
        return Records.samples().stream()
                .filter(sample -> isObject(sample.value()))
                .toList();
    }

    private static boolean isObject(String value) {
        try {
            return Records.MAPPER.readTree(value).isObject();
        } catch (JacksonException ex) {
            return false;
        }
    }

    @Test
    void decodeWhenCalledByManyThreadsGivesEachItsOwnOutcome() throws Exception {
        List<Records.Sample> samples = Records.samples();
        Callable<Void> work = () -> {
            for (int i = 0; i < 200; i++) {
                samples.forEach(sample -> expectStated(sample, decoder.decode(Records.utf8(sample.value()))));
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Void> result : threads.invokeAll(Collections.nCopies(4, work))) {
                result.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static JsonNode shuffled(JsonNode event, Random random) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(event.properties());
        Collections.shuffle(members, random);
        ObjectNode result = Records.MAPPER.createObjectNode();
        members.forEach(member -> result.set(
                member.getKey(),
                member.getValue().isObject() ? shuffled(member.getValue(), random) : member.getValue()));
        return result;
    }

    private static void expectStated(Records.Sample sample, Decoded actual) {
        JsonNode expect = sample.expect();
        if (expect.has("deadLetter")) {
            DecodedAssert.assertThat(actual)
                    .isRejected(Reason.valueOf(expect.get("deadLetter").asString()), text(expect, "field"));
            return;
        }
        assertThat(actual)
                .isEqualTo(Exposure.builder(
                                text(expect, "exposureId"),
                                text(expect, "adId"),
                                Instant.ofEpochMilli(expect.get("exposedAtMs").asLong()))
                        .campaignId(text(expect, "campaignId"))
                        .creativeId(text(expect, "creativeId"))
                        .slotId(text(expect, "slotId"))
                        .requestId(text(expect, "requestId"))
                        .userId(text(expect, "userId"))
                        .device(text(expect, "device"))
                        .region(text(expect, "region"))
                        .priceMicros(expect.get("priceMicros").asLong())
                        .test(expect.get("test").asBoolean())
                        .build());
    }

    private static String text(JsonNode node, String name) {
        return node.has(name) ? node.get(name).asString() : null;
    }
}
