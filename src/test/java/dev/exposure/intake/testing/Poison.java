package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A record that holds no usable exposure, in one of the many ways.
 *
 * @param name what is wrong with it
 * @param reason reason that its dead letter has to give
 */
public record Poison(String name, String reason, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {

    /** Largest value that the service has to be told to decode, for one of these to be too large. */
    public static final int MAX_LINE_BYTES = 64 * 1024;

    private static final byte[] BINARY = {0, (byte) 0xFF, (byte) 0xC3, 0x28, '\n'};

    /** All kinds: those made here, and those of the sample events that have to be rejected. */
    public static List<Poison> all() {
        List<Poison> all = new ArrayList<>(List.of(
                new Poison("null value without a key", "EMPTY", null, null, List.of()),
                new Poison("tombstone", "EMPTY", "key".getBytes(UTF_8), null, headers("trace", "a")),
                new Poison("empty value and key", "EMPTY", new byte[0], new byte[0], List.of()),
                new Poison("blank", "EMPTY", null, " \r\n\t ".getBytes(UTF_8), List.of()),
                new Poison("no JSON", "NOT_JSON", BINARY, "GET /ad 200".getBytes(UTF_8), headers("", "empty name")),
                new Poison("binary", "NOT_JSON", BINARY, BINARY, headers("binary", "\u0000\u00ff")),
                new Poison("cut in a character", "NOT_JSON", null, cut(exposure("\u20ac"), '\u20ac'), List.of()),
                new Poison("Latin-1", "NOT_JSON", null, exposure("\u00e9").getBytes(ISO_8859_1), List.of()),
                new Poison("deep", "NOT_JSON", null, ("{\"x\":" + "[".repeat(20_000)).getBytes(UTF_8), List.of()),
                new Poison(
                        "huge",
                        "TOO_LARGE",
                        null,
                        exposure("x".repeat(3 * MAX_LINE_BYTES)).getBytes(UTF_8),
                        List.of()),
                new Poison("no exposure", "NO_EXPOSURE", null, "{\"message\":7}".getBytes(UTF_8), manyHeaders()),
                new Poison("no ad", "MISSING_FIELD", BINARY, "{\"exposure_id\":\"secret\"}".getBytes(UTF_8), List.of()),
                new Poison(
                        "bad price",
                        "BAD_FIELD",
                        BINARY,
                        exposure("a\",\"price_micros\":-1,\"x\":\"").getBytes(UTF_8),
                        List.of(new RecordHeader("intake-reason", null), new RecordHeader("intake-reason", BINARY)))));
        all.addAll(samples());
        return all;
    }

    /** The record as it is written to a topic. */
    public ProducerRecord<byte[], byte[]> record(String topic, int partition, long timestamp) {
        return new ProducerRecord<>(topic, partition, timestamp, key, value, headers);
    }

    @Override
    public String toString() {
        return name;
    }

    private static List<Poison> samples() {
        try (InputStream in = Poison.class.getResourceAsStream("/filebeat-events.jsonl")) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(JsonMapper.shared()::readTree)
                    .filter(sample -> sample.get("expect").has("deadLetter"))
                    .map(Poison::sample)
                    .toList();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static Poison sample(JsonNode sample) {
        return new Poison(
                "sample: " + sample.get("name").asString(),
                sample.get("expect").get("deadLetter").asString(),
                null,
                sample.get("value").asString().getBytes(UTF_8),
                headers("beat", "filebeat"));
    }

    private static String exposure(String adId) {
        return "{\"exposure_id\":\"secret\",\"exposed_at\":1722650400137,\"ad_id\":\"" + adId + "\"}";
    }

    /** The text up to the middle of the character. */
    private static byte[] cut(String text, char in) {
        byte[] bytes = text.substring(0, text.indexOf(in) + 1).getBytes(UTF_8);
        return Arrays.copyOf(bytes, bytes.length - 1);
    }

    private static List<Header> headers(String name, String value) {
        return List.of(new RecordHeader(name, value.getBytes(UTF_8)));
    }

    /** Forty headers of ten names, some without a value. */
    private static List<Header> manyHeaders() {
        return IntStream.range(0, 40)
                .<Header>mapToObj(number ->
                        new RecordHeader("name-" + number % 10, number % 3 == 0 ? null : new byte[] {(byte) number}))
                .toList();
    }
}
