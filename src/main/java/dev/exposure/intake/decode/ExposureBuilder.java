package dev.exposure.intake.decode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes an {@link Exposure} from values; an empty text and null mean absent. */
public final class ExposureBuilder {

    private final @Nullable String[] texts = new String[Field.COUNT];
    private final long exposedAtMillis;
    private long priceMicros;
    private boolean test;

    ExposureBuilder(String exposureId, String adId, long exposedAtMillis) {
        if (exposureId.isEmpty() || adId.isEmpty()) {
            throw new IllegalArgumentException("exposure_id and ad_id are required");
        }
        this.exposedAtMillis = exposedAtMillis;
        text(Field.EXPOSURE_ID, exposureId);
        text(Field.AD_ID, adId);
    }

    public ExposureBuilder campaignId(@Nullable String campaignId) {
        return text(Field.CAMPAIGN_ID, campaignId);
    }

    public ExposureBuilder creativeId(@Nullable String creativeId) {
        return text(Field.CREATIVE_ID, creativeId);
    }

    public ExposureBuilder slotId(@Nullable String slotId) {
        return text(Field.SLOT_ID, slotId);
    }

    public ExposureBuilder requestId(@Nullable String requestId) {
        return text(Field.REQUEST_ID, requestId);
    }

    public ExposureBuilder userId(@Nullable String userId) {
        return text(Field.USER_ID, userId);
    }

    public ExposureBuilder device(@Nullable String device) {
        return text(Field.DEVICE, device);
    }

    public ExposureBuilder region(@Nullable String region) {
        return text(Field.REGION, region);
    }

    /** Price in millionths of the currency unit, 0 by default. */
    public ExposureBuilder priceMicros(long micros) {
        if (micros < 0) {
            throw new IllegalArgumentException("price_micros is negative");
        }
        priceMicros = micros;
        return this;
    }

    /** Whether this is a test exposure, which is not counted; false by default. */
    public ExposureBuilder test(boolean isTest) {
        test = isTest;
        return this;
    }

    /** The exposure with the values given so far. */
    public Exposure build() {
        ByteBuffer[] encoded = new ByteBuffer[Field.COUNT];
        int size = 0;
        for (int i = 0; i < texts.length; i++) {
            String text = texts[i];
            encoded[i] = StandardCharsets.UTF_8.encode(text == null ? "" : text);
            size += encoded[i].remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        TextSpans spans = new TextSpans();
        for (Field field : Field.values()) {
            int from = all.position();
            all.put(encoded[field.ordinal()]);
            spans.set(field, from, all.position());
        }
        return new Exposure(all.array(), spans, exposedAtMillis, priceMicros, test);
    }

    /**
     * Sets the text of one field.
     *
     * @throws IllegalArgumentException when no line could hold the text: it is too long, or holds a NUL character or an
     *     unpaired surrogate
     */
    ExposureBuilder text(Field field, @Nullable String text) {
        String problem = text == null ? null : TextRule.problem(field, text.toCharArray(), 0, text.length());
        if (problem != null) {
            throw new IllegalArgumentException(field.defaultName() + " " + problem);
        }
        texts[field.ordinal()] = text;
        return this;
    }
}
