package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LagSnapshotTests {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void ofWhenThereAreNoPartitionsIsCaughtUp() {
        LagSnapshot snapshot = snapshot();

        assertThat(snapshot.totalLag()).isZero();
        assertThat(snapshot.maxBehindSeconds()).isEqualTo(0.0);
        assertThat(snapshot.unownedPartitions()).isZero();
    }

    @Test
    void ofWhenSomeLagSumsLagAndTakesLargestDelay() {
        LagSnapshot snapshot = snapshot(lag("a", 0, 42L, 0.8), lag("a", 1, 7L, 3.5), lag("a", 2, 0L, 0.0));

        assertThat(snapshot.totalLag()).isEqualTo(49);
        assertThat(snapshot.maxBehindSeconds()).isEqualTo(3.5);
    }

    @Test
    void ofWhenAllAreCaughtUpIsZeroBehind() {
        assertThat(snapshot(lag("a", 0, 0L, 0.0), lag("a", 1, 0L, 0.0)).maxBehindSeconds())
                .isEqualTo(0.0);
    }

    @Test
    void ofWhenOneLagsByUnknownTimeDoesNotPassOffTheOthersZeroAsMaximum() {
        assertThat(snapshot(lag("a", 0, 0L, 0.0), lag("a", 1, 9L, null)).maxBehindSeconds())
                .isNull();
    }

    @Test
    void ofWhenTheDelayOfOneThatLagsIsUnknownDoesNotClaimAMaximum() {
        assertThat(snapshot(lag("a", 0, 5L, 2.658), lag("a", 1, 80_930L, null)).maxBehindSeconds())
                .isNull();
    }

    @Test
    void ofWhenLagOfOnePartitionIsUnknownSumsTheOthers() {
        LagSnapshot snapshot = snapshot(lag("a", 0, 5L, 1.5), lag("a", 1, null, null));

        assertThat(snapshot.totalLag()).isEqualTo(5);
        assertThat(snapshot.maxBehindSeconds()).isNull();
    }

    @Test
    void ofWhenLagOfOnePartitionIsUnknownAndTheOthersAreCaughtUpDoesNotClaimThatAllAre() {
        assertThat(snapshot(lag("a", 0, 0L, 0.0), lag("a", 1, null, null)).maxBehindSeconds())
                .isNull();
    }

    @Test
    void ofWhenNoLagIsKnownHasNoTotal() {
        LagSnapshot snapshot = snapshot(lag("a", 0, null, null), lag("a", 1, null, null));

        assertThat(snapshot.totalLag()).isNull();
        assertThat(snapshot.maxBehindSeconds()).isNull();
    }

    @Test
    void ofWhenPartitionsComeInAnyOrderSortsByTopicAndNumber() {
        LagSnapshot snapshot = snapshot(lag("b", 0, 0L, 0.0), lag("a", 10, 0L, 0.0), lag("a", 9, 0L, 0.0));

        assertThat(snapshot.partitions()).extracting(lag -> lag.id().toString()).containsExactly("a-9", "a-10", "b-0");
    }

    @Test
    void ofWhenPartitionsHaveNoOwnerCountsThem() {
        LagSnapshot snapshot = snapshot(
                lag("a", 0, 0L, 0.0),
                new PartitionLag("a", 1, null, 0L, 1L, null, 1L, null, 0L, 0L),
                new PartitionLag("a", 2, null, null, null, null, null, null, null, null));

        assertThat(snapshot.unownedPartitions()).isEqualTo(2);
    }

    @Test
    void partitionsWhenSourceListChangesStayAsTheyWere() {
        List<PartitionLag> source = new ArrayList<>(List.of(lag("a", 0, 0L, 0.0)));
        LagSnapshot snapshot = new LagSnapshot("g", NOW, 0L, 0.0, 0, source);
        source.clear();

        assertThat(snapshot.partitions()).hasSize(1);
    }

    @Test
    void ageWhenTimePassesGrowsAndIsNeverNegative() {
        assertThat(snapshot().age(NOW.plusMillis(1400))).isEqualTo(Duration.ofMillis(1400));
        assertThat(snapshot().age(NOW.minusSeconds(60))).isZero();
    }

    private static LagSnapshot snapshot(PartitionLag... lags) {
        return LagSnapshot.of("g", NOW, List.of(lags));
    }

    private static PartitionLag lag(String topic, int partition, @Nullable Long lag, @Nullable Double behind) {
        return new PartitionLag(topic, partition, "c@h", 0L, 100L, 0L, lag, behind, 0L, 0L);
    }
}
