package dev.exposure.intake.count;

import dev.exposure.intake.decode.Exposure;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Exposures of one minute, campaign, ad and slot, and the sum of their prices, which may exceed 64 bits. */
public final class Tally {

    private final Exposure first;
    private final long minute;
    private final int hash;
    private long exposures;
    private long priceMicros;

    /** Total of the sums put aside, each before it would have exceeded 64 bits. */
    private BigInteger carried = BigInteger.ZERO;

    /**
     * Tally that holds nothing yet.
     *
     * @param first exposure that tells campaign, ad and slot
     * @param minute minutes since the epoch
     * @param hash of both
     */
    Tally(Exposure first, long minute, int hash) {
        this.first = first;
        this.minute = minute;
        this.hash = hash;
    }

    boolean isOf(Exposure exposure, long itsMinute, int itsHash) {
        return hash == itsHash && minute == itsMinute && first.hasIdsOf(exposure);
    }

    void add(long price) {
        exposures++;
        long sum = priceMicros + price;
        if (sum < 0) { // prices are never negative
            carried = carried.add(BigInteger.valueOf(priceMicros));
            sum = price;
        }
        priceMicros = sum;
    }

    int hash() {
        return hash;
    }

    CountKey key() {
        return new CountKey(
                Instant.ofEpochSecond(TimeUnit.MINUTES.toSeconds(minute)),
                orEmpty(first.campaignId()),
                first.adId(),
                orEmpty(first.slotId()));
    }

    /** Number of exposures. */
    public long exposures() {
        return exposures;
    }

    /** Sum of their prices, in millionths of the currency unit. */
    public BigDecimal priceMicros() {
        return new BigDecimal(carried.add(BigInteger.valueOf(priceMicros)));
    }

    private static String orEmpty(@Nullable String id) {
        return id == null ? "" : id;
    }
}
