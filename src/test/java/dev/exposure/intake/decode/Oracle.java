package dev.exposure.intake.decode;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Second opinion on a record, by Jackson's tree in its strict setting: slow and simple. */
final class Oracle {

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern LINE = Pattern.compile("[ \\t\\r\\n]*\\{");

    private static final Pattern NUMBER = Pattern.compile("[-0-9.eE+]+");

    private Oracle() {}

    /** The line of the record, or nothing when the event or the line is not one well-formed object. */
    static Optional<JsonNode> line(byte[] value) {
        try {
            JsonNode event = STRICT.readTree(value);
            if (!event.isObject()) {
                return Optional.empty();
            }
            Optional<JsonNode> message = object(event.path("message"));
            if (message.isPresent()) {
                return isLine(message.get()) ? message : target(message.get()).or(() -> message);
            }
            return target(event).or(() -> Optional.of(event));
        } catch (JacksonException ex) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> target(JsonNode holder) {
        return Stream.of("json", "exposure", "log")
                .map(holder::path)
                .flatMap(target -> (target.isObject() ? Optional.of(target) : tolerant(target)).stream())
                .filter(Oracle::isLine)
                .findFirst();
    }

    private static Optional<JsonNode> tolerant(JsonNode text) {
        try {
            return object(text);
        } catch (JacksonException ex) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> object(JsonNode text) {
        return text.isString() && LINE.matcher(text.asString()).lookingAt()
                ? Optional.of(STRICT.readTree(text.asString()))
                : Optional.empty();
    }

    private static boolean isLine(JsonNode object) {
        return object.has("exposure_id") || object.has("ad_id") || object.has("exposed_at");
    }

    static @Nullable String text(JsonNode line, String field) {
        JsonNode node = line.path(field);
        String text = node.isIntegralNumber() ? node.asBigInteger().toString() : node.asString("");
        return text.isEmpty() ? null : text;
    }

    static long price(JsonNode line) {
        String text = line.path("price_micros").asString("");
        return text.isEmpty() ? 0 : new BigDecimal(text).longValueExact();
    }

    /** The time that the field says, where it says one as a number or as the text of one. */
    static OptionalLong epochMillis(JsonNode line) {
        String text = line.path("exposed_at").asString("");
        if (!NUMBER.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        BigDecimal number = new BigDecimal(text);
        boolean seconds = number.compareTo(BigDecimal.TEN.pow(11)) < 0;
        return OptionalLong.of((seconds ? number.movePointRight(3) : number).longValue());
    }
}
