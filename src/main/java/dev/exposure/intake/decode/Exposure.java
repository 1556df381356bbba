package dev.exposure.intake.decode;

import dev.exposure.intake.scan.ByteHash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One ad shown to one person, as its log line tells it. Immutable; equal to another if the content is equal.
 *
 * <p>It is a view of its record: it keeps the record's bytes and makes each text only when asked for it. Code that needs
 * exposures for long should keep the values that it needs instead.
 */
public final class Exposure implements Decoded {

    private final byte[] bytes;
    private final long exposedAtMillis;
    private final long priceMicros;
    private final boolean test;

    // Places of the texts, in UTF-8 without escapes; a length of 0 means an absent text. No array, because it would be
    // one more object for each record.
    private final int exposureIdFrom;
    private final int adIdFrom;
    private final int campaignIdFrom;
    private final int creativeIdFrom;
    private final int slotIdFrom;
    private final int requestIdFrom;
    private final int userIdFrom;
    private final int deviceFrom;
    private final int regionFrom;
    private final short exposureIdLength;
    private final short adIdLength;
    private final short campaignIdLength;
    private final short creativeIdLength;
    private final short slotIdLength;
    private final short requestIdLength;
    private final short userIdLength;
    private final short deviceLength;
    private final short regionLength;

    Exposure(byte[] bytes, TextSpans spans, long exposedAtMillis, long priceMicros, boolean test) {
        this.bytes = bytes;
        this.exposedAtMillis = exposedAtMillis;
        this.priceMicros = priceMicros;
        this.test = test;
        this.exposureIdFrom = spans.from(Field.EXPOSURE_ID);
        this.adIdFrom = spans.from(Field.AD_ID);
        this.campaignIdFrom = spans.from(Field.CAMPAIGN_ID);
        this.creativeIdFrom = spans.from(Field.CREATIVE_ID);
        this.slotIdFrom = spans.from(Field.SLOT_ID);
        this.requestIdFrom = spans.from(Field.REQUEST_ID);
        this.userIdFrom = spans.from(Field.USER_ID);
        this.deviceFrom = spans.from(Field.DEVICE);
        this.regionFrom = spans.from(Field.REGION);
        this.exposureIdLength = (short) spans.length(Field.EXPOSURE_ID);
        this.adIdLength = (short) spans.length(Field.AD_ID);
        this.campaignIdLength = (short) spans.length(Field.CAMPAIGN_ID);
        this.creativeIdLength = (short) spans.length(Field.CREATIVE_ID);
        this.slotIdLength = (short) spans.length(Field.SLOT_ID);
        this.requestIdLength = (short) spans.length(Field.REQUEST_ID);
        this.userIdLength = (short) spans.length(Field.USER_ID);
        this.deviceLength = (short) spans.length(Field.DEVICE);
        this.regionLength = (short) spans.length(Field.REGION);
    }

    /**
     * Begins an exposure that comes from no record, for tests and for processing that makes its own.
     *
     * @param exposureId identity of the exposure, 1 to 128 characters
     * @param adId ad that was shown, 1 to 128 characters
     * @param exposedAt when it was shown; kept to the millisecond
     */
    public static ExposureBuilder builder(String exposureId, String adId, Instant exposedAt) {
        return new ExposureBuilder(exposureId, adId, exposedAt.toEpochMilli());
    }

    /** Identity of this exposure, 1 to 128 characters. */
    public String exposureId() {
        return new String(bytes, exposureIdFrom, exposureIdLength, StandardCharsets.UTF_8);
    }

    /** Ad that was shown, 1 to 128 characters. */
    public String adId() {
        return new String(bytes, adIdFrom, adIdLength, StandardCharsets.UTF_8);
    }

    /** When it was shown, to the millisecond. */
    public Instant exposedAt() {
        return Instant.ofEpochMilli(exposedAtMillis);
    }

    /** When it was shown, in milliseconds since the epoch. */
    public long exposedAtMillis() {
        return exposedAtMillis;
    }

    public @Nullable String campaignId() {
        return text(campaignIdFrom, campaignIdLength);
    }

    public @Nullable String creativeId() {
        return text(creativeIdFrom, creativeIdLength);
    }

    public @Nullable String slotId() {
        return text(slotIdFrom, slotIdLength);
    }

    public @Nullable String requestId() {
        return text(requestIdFrom, requestIdLength);
    }

    public @Nullable String userId() {
        return text(userIdFrom, userIdLength);
    }

    public @Nullable String device() {
        return text(deviceFrom, deviceLength);
    }

    public @Nullable String region() {
        return text(regionFrom, regionLength);
    }

    /** Price in millionths of the currency unit, never negative. */
    public long priceMicros() {
        return priceMicros;
    }

    /** Whether this is a test exposure, which is not counted. */
    public boolean test() {
        return test;
    }

    /**
     * Hash of campaign, ad and slot, made without their texts. It differs from one run of the program to the next, so that
     * nobody can make ids that collide.
     */
    public int hashOfIds() {
        long hash = ByteHash.add(ByteHash.START, bytes, campaignIdFrom, campaignIdLength);
        hash = ByteHash.add(hash, bytes, adIdFrom, adIdLength);
        return ByteHash.finish(ByteHash.add(hash, bytes, slotIdFrom, slotIdLength));
    }

    /** Whether campaign, ad and slot equal the other's, without making their texts. */
    public boolean hasIdsOf(Exposure other) {
        return same(adIdFrom, adIdLength, other, other.adIdFrom, other.adIdLength)
                && same(campaignIdFrom, campaignIdLength, other, other.campaignIdFrom, other.campaignIdLength)
                && same(slotIdFrom, slotIdLength, other, other.slotIdFrom, other.slotIdLength);
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof Exposure other
                && exposedAtMillis == other.exposedAtMillis
                && priceMicros == other.priceMicros
                && test == other.test
                && hasIdsOf(other)
                && same(exposureIdFrom, exposureIdLength, other, other.exposureIdFrom, other.exposureIdLength)
                && same(creativeIdFrom, creativeIdLength, other, other.creativeIdFrom, other.creativeIdLength)
                && same(requestIdFrom, requestIdLength, other, other.requestIdFrom, other.requestIdLength)
                && same(userIdFrom, userIdLength, other, other.userIdFrom, other.userIdLength)
                && same(deviceFrom, deviceLength, other, other.deviceFrom, other.deviceLength)
                && same(regionFrom, regionLength, other, other.regionFrom, other.regionLength);
    }

    @Override
    public int hashCode() {
        return ByteHash.finish(ByteHash.add(exposedAtMillis, bytes, exposureIdFrom, exposureIdLength));
    }

    /** Tells the time only, because the other fields may be personal data and this text may reach a log. */
    @Override
    public String toString() {
        return "Exposure[" + exposedAt() + "]";
    }

    private @Nullable String text(int from, int length) {
        return length == 0 ? null : new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    private boolean same(int from, int length, Exposure other, int otherFrom, int otherLength) {
        return length == otherLength
                && Arrays.equals(bytes, from, from + length, other.bytes, otherFrom, otherFrom + otherLength);
    }
}
