package dev.exposure.intake.decode;

import dev.exposure.intake.decode.Rejection.Reason;
import dev.exposure.intake.scan.Decimal;
import dev.exposure.intake.scan.ExposureTime;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** One JSON object that may be an exposure line: reads the values of its fields and judges them. */
final class Line {

    private final Keys keys;
    private final ExposureTime time;
    private final @Nullable String[] texts = new String[Field.COUNT];
    private long exposedAt = ExposureTime.NONE;
    private long priceMicros;
    private boolean test;
    private long seen;
    private boolean ambiguous;
    private @Nullable Field bad;
    private String problem = "";

    Line(Keys keys, ExposureTime time) {
        this.keys = keys;
        this.time = time;
    }

    /** Whether it is an exposure line at all, good or bad. */
    boolean isExposure() {
        return keys.markLine(seen);
    }

    /** Reads the fields of the object that the parser has just entered, up to its end. */
    void readAll(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            Keys.Key key = keys.find(name);
            if (key != null) {
                read(key, parser);
            }
            parser.skipChildren();
        }
    }

    /** Reads the parser's current value if the key is a field's; the caller has to step over the value. */
    void read(Keys.Key key, JsonParser parser) {
        Field field = key.field();
        if (field != null) {
            ambiguous |= (seen & key.bit()) != 0;
            seen |= key.bit();
            String found = isAbsent(parser) ? null : readValue(field, parser);
            if (found != null) {
                reject(field, found);
            }
        }
    }

    /** Judges what was read; the event's own time, as written in the event, replaces an absent one. */
    Decoded toDecoded(byte @Nullable [] eventTime) {
        if (ambiguous) {
            return StrictJson.notJson("a field occurs twice in the line");
        }
        if (exposedAt == ExposureTime.NONE && bad != Field.EXPOSED_AT && eventTime != null) {
            exposedAt = time.parse(eventTime, 0, eventTime.length);
            if (exposedAt == ExposureTime.NONE) {
                reject(Field.EXPOSED_AT, "is absent, and the event's @timestamp in its place " + ExposureTime.RULE);
            }
        }
        String exposureId = text(Field.EXPOSURE_ID);
        String adId = text(Field.AD_ID);
        if (exposureId == null) {
            return rejection(Field.EXPOSURE_ID);
        }
        if (adId == null) {
            return rejection(Field.AD_ID);
        }
        if (exposedAt == ExposureTime.NONE) {
            return rejection(Field.EXPOSED_AT);
        }
        if (bad != null) {
            return rejection(bad);
        }
        ExposureBuilder exposure = new ExposureBuilder(exposureId, adId, exposedAt)
                .priceMicros(priceMicros)
                .test(test);
        for (Field field : Field.values()) {
            exposure.text(field, text(field));
        }
        return exposure.build();
    }

    private @Nullable String text(Field field) {
        return texts[field.ordinal()];
    }

    // Of several bad fields, the first in the enum is reported, whatever the order of the keys.
    private void reject(Field field, String found) {
        if (bad == null || field.compareTo(bad) < 0) {
            bad = field;
            problem = found;
        }
    }

    private Rejection rejection(Field field) {
        String name = keys.nameOf(field);
        return field == bad
                ? new Rejection(Reason.BAD_FIELD, name, problem)
                : new Rejection(Reason.MISSING_FIELD, name, "is required, but absent, null or empty");
    }

    private static boolean isAbsent(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_NULL
                || (parser.currentToken() == JsonToken.VALUE_STRING && parser.getStringLength() == 0);
    }

    private @Nullable String readValue(Field field, JsonParser parser) {
        return switch (field.type()) {
            case TEXT -> readText(field, parser);
            case TIME -> readTime(parser);
            case AMOUNT -> readAmount(parser);
            case FLAG -> readFlag(parser);
        };
    }

    private @Nullable String readText(Field field, JsonParser parser) {
        String found = TextRule.problem(field, parser);
        if (found == null) {
            texts[field.ordinal()] = TextRule.value(parser);
        }
        return found;
    }

    private @Nullable String readTime(JsonParser parser) {
        byte[] text = scalar(parser);
        exposedAt = time.parse(text, 0, text.length);
        return exposedAt == ExposureTime.NONE ? ExposureTime.RULE : null;
    }

    private @Nullable String readAmount(JsonParser parser) {
        byte[] text = scalar(parser);
        Decimal number = new Decimal();
        long amount = Decimal.OVERFLOW;
        if (number.read(text, 0, text.length) && !number.isNegative() && number.isInteger()) {
            amount = number.truncated(0);
        }
        if (amount == Decimal.OVERFLOW) {
            return "must be an integer from 0 to " + Long.MAX_VALUE;
        }
        priceMicros = amount;
        return null;
    }

    private @Nullable String readFlag(JsonParser parser) {
        boolean known = switch (parser.currentToken()) {
            case VALUE_TRUE, VALUE_FALSE -> true;
            case VALUE_STRING ->
                parser.getString().equals("true") || parser.getString().equals("false");
            default -> false;
        };
        test = known && parser.getString().equals("true");
        return known ? null : "must be true or false";
    }

    /** Text of a number or a string, empty for any other value; no valid value has characters beyond ASCII. */
    private static byte[] scalar(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING ->
                parser.getString().getBytes(StandardCharsets.US_ASCII);
            default -> new byte[0];
        };
    }
}
