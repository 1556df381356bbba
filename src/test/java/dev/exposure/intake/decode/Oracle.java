package dev.exposure.intake.decode;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Second opinion on a record, by Jackson's tree in its strict setting: slow and simple. */
final class Oracle {

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern LINE = Pattern.compile("[ \\t\\r\\n]*\\{");

    private Oracle() {}

    /** The line of the record, or nothing when the event or the line is not one well-formed object. */
    static Optional<JsonNode> line(byte[] value) {
        try {
            JsonNode event = STRICT.readTree(value);
            if (!event.isObject()) {
                return Optional.empty();
            }
            JsonNode message = event.path("message");
            if (message.isString() && LINE.matcher(message.asString()).lookingAt()) {
                return Optional.of(STRICT.readTree(message.asString())).filter(JsonNode::isObject);
            }
            return Optional.of(Stream.of(event.path("json"), event.path("exposure"))
                    .filter(target -> target.has("exposure_id") || target.has("ad_id") || target.has("exposed_at"))
                    .findFirst()
                    .orElse(event));
        } catch (JacksonException ex) {
            return Optional.empty();
        }
    }

    static @Nullable String text(JsonNode line, String field) {
        JsonNode node = line.path(field);
        String text = node.isIntegralNumber() ? node.asBigInteger().toString() : node.asString("");
        return text.isEmpty() ? null : text;
    }
}
