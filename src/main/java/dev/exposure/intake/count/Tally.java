package dev.exposure.intake.count;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Exposures of one key, and the sum of their prices, which two absurd prices could drive beyond 64 bits. */
final class Tally {

    private long exposures;
    private BigInteger priceMicros = BigInteger.ZERO;

    void add(long price) {
        exposures++;
        if (price != 0) {
            priceMicros = priceMicros.add(BigInteger.valueOf(price));
        }
    }

    long exposures() {
        return exposures;
    }

    BigDecimal priceMicros() {
        return new BigDecimal(priceMicros);
    }
}
