package dev.exposure.intake.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Exposure;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hand-made table against maps of the library. */
class TalliesTests {

    private static final Instant START = Instant.parse("1969-12-31T23:50:00Z");

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 3_000, 100_000})
    void talliesAreThoseOfAMapWhateverTheirNumber(int ids) {
        Random random = new Random(ids);
        List<Exposure> exposures = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            exposures.add(exposure(random, ids));
        }
        Map<CountKey, Long> counts = new HashMap<>();
        Map<CountKey, BigDecimal> prices = new HashMap<>();
        for (Exposure one : exposures) {
            CountKey key = new CountKey(
                    one.exposedAt().truncatedTo(ChronoUnit.MINUTES),
                    Objects.requireNonNullElse(one.campaignId(), ""),
                    one.adId(),
                    Objects.requireNonNullElse(one.slotId(), ""));
            counts.merge(key, 1L, Long::sum);
            prices.merge(key, BigDecimal.valueOf(one.priceMicros()), BigDecimal::add);
        }

        Tallies tallies = new Tallies();
        exposures.forEach(tallies::add);

        Map<CountKey, Long> found = new HashMap<>();
        Map<CountKey, BigDecimal> foundPrices = new HashMap<>();
        tallies.byKey().forEach((key, tally) -> {
            found.put(key, tally.exposures());
            foundPrices.put(key, tally.priceMicros());
        });
        assertThat(found).isEqualTo(counts);
        assertThat(foundPrices).isEqualTo(prices);
    }

    /** Ids of which some are the end of others, so that only their lengths and places tell them apart. */
    private static Exposure exposure(Random random, int ids) {
        String campaign = "c".repeat(random.nextInt(3)) + random.nextInt(ids);
        return Exposure.builder("e", "a" + random.nextInt(ids), START.plusMillis(random.nextInt(1_200_000)))
                .campaignId(random.nextInt(4) == 0 ? null : campaign)
                .slotId(random.nextInt(4) == 0 ? null : "\u00e9".repeat(random.nextInt(3)) + random.nextInt(3))
                .priceMicros(random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(1_000))
                .build();
    }
}
