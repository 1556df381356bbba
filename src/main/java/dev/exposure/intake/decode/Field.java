package dev.exposure.intake.decode;

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
        return this.type;
    }

    boolean isRequired() {
        return compareTo(EXPOSED_AT) <= 0;
    }

    /** Name in a line where the configuration says nothing else. */
    String defaultName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Key below {@code intake.format.fields}. */
    String propertyKey() {
        return defaultName().replace('_', '-');
    }

    /** What a field's value may be. */
    enum Type {
        /** String of 1 to 128 characters, or integer. */
        TEXT,
        /** Point in time, see {@link ExposureTime}. */
        TIME,
        /** Integer from 0 to the largest {@code long}. */
        AMOUNT,
        /** Boolean. */
        FLAG
    }
}
