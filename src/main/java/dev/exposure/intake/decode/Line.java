package dev.exposure.intake.decode;

import dev.exposure.intake.decode.Rejection.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;

/** One JSON object that may be an exposure line: the values of its fields as they come, and the verdict on them. */
final class Line {

    /** Digits up to which an integer may fit a {@code long}; longer ones need not be parsed. */
    private static final int MAX_DIGITS = 19;

    private final Keys keys;
    private final ExposureTime time;
    private final @Nullable String[] texts = new String[Field.COUNT];
    private @Nullable Instant exposedAt;
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

    /** Whether it is an exposure line at all, be it a good one or not. */
    boolean isExposure() {
        return this.keys.markLine(this.seen);
    }

    /** Reads the fields of the object that the parser has just entered, up to its end. */
    void readAll(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            Keys.Key key = this.keys.find(name);
            if (key != null) {
                read(key, parser);
            }
            parser.skipChildren();
        }
    }

    /** Reads the value at which the parser stands, if the key is a field's; leaves it to the caller to step over it. */
    void read(Keys.Key key, JsonParser parser) {
        Field field = key.field();
        if (field != null) {
            this.ambiguous |= (this.seen & key.bit()) != 0;
            this.seen |= key.bit();
            String found = readValue(field, parser);
            if (found != null) {
                reject(field, found);
            }
        }
    }

    /** Judges what was read; the event's own time stands in for an absent one. */
    Decoded toDecoded(@Nullable String eventTime) {
        if (this.ambiguous) {
            return StrictJson.notJson("a field occurs twice in the line");
        }
        if (this.exposedAt == null && this.bad != Field.EXPOSED_AT && eventTime != null) {
            this.exposedAt = this.time.parse(eventTime);
            if (this.exposedAt == null) {
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
        if (this.exposedAt == null) {
            return rejection(Field.EXPOSED_AT);
        }
        if (this.bad != null) {
            return rejection(this.bad);
        }
        return new Exposure(
                exposureId,
                adId,
                this.exposedAt,
                text(Field.CAMPAIGN_ID),
                text(Field.CREATIVE_ID),
                text(Field.SLOT_ID),
                text(Field.REQUEST_ID),
                text(Field.USER_ID),
                text(Field.DEVICE),
                text(Field.REGION),
                this.priceMicros,
                this.test);
    }

    private @Nullable String text(Field field) {
        return this.texts[field.ordinal()];
    }

    // What is reported does not depend on the order of the keys: the first field of the enum comes first.
    private void reject(Field field, String found) {
        if (this.bad == null || field.compareTo(this.bad) < 0) {
            this.bad = field;
            this.problem = found;
        }
    }

    private Rejection rejection(Field field) {
        String name = this.keys.nameOf(field);
        return field == this.bad
                ? new Rejection(Reason.BAD_FIELD, name, this.problem)
                : new Rejection(Reason.MISSING_FIELD, name, "is required, but absent, null or empty");
    }

    private @Nullable String readValue(Field field, JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (field.type()) {
            case TEXT -> readText(field, parser);
            case TIME -> readTime(parser);
            case AMOUNT -> readAmount(parser);
            case FLAG -> readFlag(parser);
        };
    }

    private @Nullable String readText(Field field, JsonParser parser) {
        String found = TextRule.problem(parser);
        if (found == null && parser.getStringLength() > 0) {
            this.texts[field.ordinal()] = TextRule.value(parser);
        }
        return found;
    }

    private @Nullable String readTime(JsonParser parser) {
        if (isInteger(parser)) {
            this.exposedAt = this.time.ofEpoch(parser.getLongValue());
        } else if (parser.currentToken() == JsonToken.VALUE_STRING) {
            if (parser.getStringLength() == 0) {
                return null;
            }
            this.exposedAt = this.time.parse(parser.getString());
        }
        return this.exposedAt == null ? ExposureTime.RULE : null;
    }

    private @Nullable String readAmount(JsonParser parser) {
        if (isInteger(parser) && parser.getLongValue() >= 0) {
            this.priceMicros = parser.getLongValue();
            return null;
        }
        return "must be an integer from 0 to " + Long.MAX_VALUE;
    }

    private @Nullable String readFlag(JsonParser parser) {
        this.test = parser.currentToken() == JsonToken.VALUE_TRUE;
        return this.test || parser.currentToken() == JsonToken.VALUE_FALSE ? null : "must be true or false";
    }

    private static boolean isInteger(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getStringLength() <= MAX_DIGITS
                && parser.getNumberType() != NumberType.BIG_INTEGER;
    }
}
