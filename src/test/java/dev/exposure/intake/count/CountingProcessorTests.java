package dev.exposure.intake.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Exposure;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which exposures count for the same key, and in which order keys are written. */
class CountingProcessorTests {

    private static final Instant MINUTE = Instant.parse("2026-11-22T10:15:00Z");

    @Test
    void exposuresOfOneMinuteAreAddedUpWhenTheyNameTheSame() {
        SortedMap<CountKey, Tally> counts = count(
                exposure("2026-11-22T10:15:59.999Z", "c", "s", 70),
                exposure("2026-11-22T10:15:00Z", "c", "s", 5),
                exposure("2026-11-22T10:16:00Z", "c", "s", 1));

        assertThat(counts)
                .containsOnlyKeys(
                        new CountKey(MINUTE, "c", "ad", "s"), new CountKey(MINUTE.plusSeconds(60), "c", "ad", "s"));
        assertThat(counts.get(counts.firstKey()).exposures()).isEqualTo(2);
        assertThat(counts.get(counts.firstKey()).priceMicros()).isEqualByComparingTo("75");
    }

    @Test
    void absentIdsAreEmptyWhenCounted() {
        assertThat(count(exposure("2026-11-22T10:15:30Z", null, null, 0)))
                .containsOnlyKeys(new CountKey(MINUTE, "", "ad", ""));
    }

    @Test
    void minuteIsFloorWhenBefore1970() {
        assertThat(count(exposure("1969-12-31T23:59:59.999Z", null, null, 0))
                        .firstKey()
                        .minute())
                .isEqualTo("1969-12-31T23:59:00Z");
    }

    @Test
    void keysAreSortedWhenExposuresAreNot() {
        assertThat(count(
                                exposure("2026-11-22T10:15:00Z", "b", null, 0),
                                exposure("2026-11-22T10:15:00Z", "c", null, 0),
                                exposure("2026-11-22T10:15:00Z", "a", null, 0))
                        .keySet())
                .extracting(CountKey::campaignId)
                .containsExactly("a", "b", "c");
    }

    @Test
    void priceIsExactWhenSumExceeds64Bits() {
        SortedMap<CountKey, Tally> counts = count(
                exposure("2026-11-22T10:15:00Z", "c", "s", Long.MAX_VALUE),
                exposure("2026-11-22T10:15:00Z", "c", "s", Long.MAX_VALUE));

        assertThat(counts.get(counts.firstKey()).priceMicros()).isEqualByComparingTo("18446744073709551614");
    }

    private static SortedMap<CountKey, Tally> count(Exposure... exposures) {
        return Tallies.of(List.of(exposures));
    }

    private static Exposure exposure(String at, @Nullable String campaign, @Nullable String slot, long price) {
        return Exposure.builder("id", "ad", Instant.parse(at))
                .campaignId(campaign)
                .slotId(slot)
                .priceMicros(price)
                .build();
    }
}
