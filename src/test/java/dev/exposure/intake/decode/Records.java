package dev.exposure.intake.decode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Records to decode, and a decoder whose clock stands still. */
public final class Records {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Records() {}

    /** One line of the sample file. */
    record Sample(String name, String value, JsonNode expect) {

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Sample> samples() {
        try (InputStream in = Records.class.getResourceAsStream("/filebeat-events.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(MAPPER::readTree)
                    .map(node -> new Sample(
                            node.get("name").asString(), node.get("value").asString(), node.get("expect")))
                    .toList();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    public static FormatProperties properties(Map<String, String> fields, String... targets) {
        return new FormatProperties(DataSize.ofMegabytes(1), List.of(targets), fields);
    }

    static ExposureDecoder decoder() {
        return decoder(properties(Map.of(), "json", "exposure", "log"));
    }

    static ExposureDecoder decoder(FormatProperties properties) {
        return new ExposureDecoder(properties, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    static Decoded decode(String value) {
        return decoder().decode(utf8(value));
    }

    /** Decodes a good bare line in which one field has another value, given as JSON; null leaves it out. */
    static Decoded decodeWith(String field, String json) {
        return decode(lineWith(field, json));
    }

    static String line() {
        return lineWith("exposure_id", "\"e-1\"");
    }

    static String lineWith(String field, String json) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("exposure_id", "\"e-1\"");
        members.put("ad_id", "\"a-1\"");
        members.put("exposed_at", "1722650400137");
        members.put(field, json);
        return members.entrySet().stream()
                .filter(member -> member.getValue() != null)
                .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Event as Filebeat writes it, with the text as its message and further members before or behind that. */
    static String event(String before, String message, String behind) {
        return "{\"@timestamp\":\"2024-08-03T02:00:00.123Z\"," + before + "\"message\":" + quote(message) + behind
                + ",\"ecs\":{\"version\":\"8.0.0\"}}";
    }

    static String event(String message) {
        return event("", message, "");
    }

    public static String quote(String text) {
        return MAPPER.writeValueAsString(text);
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
