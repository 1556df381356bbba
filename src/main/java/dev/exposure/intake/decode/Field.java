package dev.exposure.intake.decode;

import dev.exposure.intake.scan.ExposureTime;
import java.util.Locale;

/** Fields of an exposure, in the order in which problems with them are reported. */
enum Field {
    EXPOSURE_ID(Type.TEXT),
    AD_ID(Type.TEXT),
    EXPOSED_AT(Type.TIME),
    CAMPAIGN_ID(Type.TEXT),
    CREATIVE_ID(Type.TEXT),
    SLOT_ID(Type.TEXT),
    REQUEST_ID(Type.TEXT),
    USER_ID(Type.TEXT),
    DEVICE(Type.TEXT),
    REGION(Type.TEXT),
    PRICE_MICROS(Type.AMOUNT),
    TEST(Type.FLAG);

    /** How many fields there are. */
    static final int COUNT = values().length;

    private final Type type;

    Field(Type type) {
        this.type = type;
    }

    Type type() {
        return type;
    }

    /** How many characters (code points) a text may have; fewer for the four that are stored as keys. */
    int maxLength() {
        return switch (this) {
            case EXPOSURE_ID, AD_ID, CAMPAIGN_ID, SLOT_ID -> 128;
            default -> 4_096;
        };
    }

    boolean isRequired() {
        return compareTo(EXPOSED_AT) <= 0;
    }

    /** Name in a line unless configured otherwise. */
    String defaultName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Key below {@code intake.format.fields}. */
    String propertyKey() {
        return defaultName().replace('_', '-');
    }

    /** What a field's value may be. */
    enum Type {
        /** String or integer, see {@link TextRule}. */
        TEXT,
        /** Point in time, see {@link ExposureTime}. */
        TIME,
        /** Integer from 0 to the largest {@code long}, however it is written. */
        AMOUNT,
        /** Boolean, or the text of one. */
        FLAG
    }
}
