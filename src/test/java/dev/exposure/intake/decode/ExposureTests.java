package dev.exposure.intake.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An exposure is its values, whether they come from a record or from a builder. */
class ExposureTests {

    private static final Instant TIME = Instant.parse("2024-08-03T02:00:00.137Z");

    private static final Map<BiFunction<ExposureBuilder, String, ExposureBuilder>, Function<Exposure, String>> TEXTS =
            Map.of(
                    ExposureBuilder::campaignId, Exposure::campaignId,
                    ExposureBuilder::creativeId, Exposure::creativeId,
                    ExposureBuilder::slotId, Exposure::slotId,
                    ExposureBuilder::requestId, Exposure::requestId,
                    ExposureBuilder::userId, Exposure::userId,
                    ExposureBuilder::device, Exposure::device,
                    ExposureBuilder::region, Exposure::region);

    @Test
    void buildWhenOnlyRequiredValuesAreGivenLeavesTheOthersAbsent() {
        Exposure exposure = builder().build();
        assertThat(exposure.exposureId()).isEqualTo("e-1");
        assertThat(exposure.adId()).isEqualTo("a-1");
        assertThat(exposure.exposedAt()).isEqualTo(TIME);
        assertThat(exposure.exposedAtMillis()).isEqualTo(TIME.toEpochMilli());
        assertThat(exposure.priceMicros()).isZero();
        assertThat(exposure.test()).isFalse();
        assertThat(TEXTS.values())
                .allSatisfy(getter -> assertThat(getter.apply(exposure)).isNull());
    }

    @Test
    void buildWhenTextIsGivenKeepsIt() {
        TEXTS.forEach((setter, getter) -> {
            assertThat(getter.apply(
                            setter.apply(builder(), "\u9996 \ud83c\udfc5").build()))
                    .isEqualTo("\u9996 \ud83c\udfc5");
            assertThat(getter.apply(setter.apply(builder(), "").build())).isNull();
            assertThat(getter.apply(setter.apply(builder(), null).build())).isNull();
        });
    }

    @Test
    void buildWhenNoLineCouldHoldItIsRefused() {
        assertThatThrownBy(() -> Exposure.builder("", "a", TIME)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Exposure.builder("e", "", TIME)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Exposure.builder("e", "x".repeat(129), TIME))
                .hasMessage("ad_id has 129 characters, of which at most 128 are allowed");
        assertThatThrownBy(() -> builder().userId("a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().region("\ud83c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().priceMicros(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equalsWhenAnyValueDiffersIsFalse() {
        List<Exposure> all = new ArrayList<>(List.of(
                builder().build(),
                Exposure.builder("e-2", "a-1", TIME).build(),
                Exposure.builder("e-1", "a-2", TIME).build(),
                Exposure.builder("e-1", "a-1", TIME.plusMillis(1)).build(),
                builder().priceMicros(1).build(),
                builder().test(true).build()));
        TEXTS.keySet().forEach(setter -> all.add(setter.apply(builder(), "x").build()));
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < all.size(); j++) {
                assertThat(all.get(i).equals(all.get(j))).isEqualTo(i == j);
            }
        }
        assertThat(all.get(0)).isNotEqualTo("e-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "\\u0041"})
    void equalsWhenRecordsDifferInNotationOnlyIsTrue(String letter) {
        String line = "{\"exposed_at\":\"2024-08-03T02:00:00.137Z\", \"campaign_id\":\"" + letter
                + "\",\"ad_id\":\"a-1\",\"exposure_id\":\"e-1\",\"slot_id\":\"\"}";
        Exposure built = builder().campaignId("A").build();
        for (String value : List.of(line, Records.event(line), "{\"log\":" + Records.quote(line) + "}")) {
            Exposure decoded = DecodedAssert.assertThat(Records.decode(value)).isExposure();
            assertThat(decoded).isEqualTo(built).hasSameHashCodeAs(built);
            assertThat(decoded.hashOfIds()).isEqualTo(built.hashOfIds());
            assertThat(decoded.hasIdsOf(built)).isTrue();
        }
    }

    @Test
    void hasIdsOfWhenCampaignAdOrSlotDiffersIsFalseAndElseTrue() {
        Exposure exposure = builder().campaignId("c").slotId("s").build();
        assertThat(exposure.hasIdsOf(Exposure.builder("e-2", "a-1", TIME.plusSeconds(1))
                        .campaignId("c")
                        .slotId("s")
                        .userId("u")
                        .priceMicros(5)
                        .build()))
                .isTrue();
        assertThat(exposure.hasIdsOf(builder().campaignId("d").slotId("s").build()))
                .isFalse();
        assertThat(exposure.hasIdsOf(builder().campaignId("c").slotId("t").build()))
                .isFalse();
        assertThat(exposure.hasIdsOf(builder().campaignId("cs").build())).isFalse();
        assertThat(exposure.hasIdsOf(Exposure.builder("e-1", "a-2", TIME)
                        .campaignId("c")
                        .slotId("s")
                        .build()))
                .isFalse();
    }

    @Test
    void hashOfIdsWhenManyIdsIsSpread() {
        Set<Integer> hashes = new HashSet<>();
        int ids = 20_000;
        for (int i = 0; i < ids; i++) {
            hashes.add(Exposure.builder("e", "ad-" + i % 200, TIME)
                    .campaignId("campaign-" + i / 200)
                    .build()
                    .hashOfIds());
        }
        assertThat(hashes).hasSizeGreaterThan(ids - 20);
        assertThat(builder().campaignId("x").build().hashOfIds())
                .isNotEqualTo(builder().slotId("x").build().hashOfIds());
    }

    @Test
    void toStringShowsTheTimeOnly() {
        assertThat(builder().userId("u-1").build()).hasToString("Exposure[2024-08-03T02:00:00.137Z]");
    }

    private static ExposureBuilder builder() {
        return Exposure.builder("e-1", "a-1", TIME);
    }
}
