package dev.exposure.intake.decode;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One ad shown to one person, as its log line tells it.
 *
 * @param exposureId identity of this exposure, 1 to 128 characters
 * @param adId ad that was shown, 1 to 128 characters
 * @param exposedAt when it was shown, in milliseconds precision
 * @param priceMicros price in millionths of the currency unit, never negative
 * @param test whether this is a test exposure, which is not counted
 */
public record Exposure(
        String exposureId,
        String adId,
        Instant exposedAt,
        @Nullable String campaignId,
        @Nullable String creativeId,
        @Nullable String slotId,
        @Nullable String requestId,
        @Nullable String userId,
        @Nullable String device,
        @Nullable String region,
        long priceMicros,
        boolean test)
        implements Decoded {

    /** Names the exposure only, because the other fields may be personal data and this text may reach a log. */
    @Override
    public String toString() {
        return "Exposure[" + exposedAt + "]";
    }
}
