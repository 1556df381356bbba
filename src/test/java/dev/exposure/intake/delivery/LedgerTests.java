package dev.exposure.intake.delivery;

import static dev.exposure.intake.delivery.Slices.LOG;
import static dev.exposure.intake.delivery.Slices.P0;
import static dev.exposure.intake.delivery.Slices.exposure;
import static dev.exposure.intake.delivery.Slices.key;
import static dev.exposure.intake.delivery.Slices.partition;
import static dev.exposure.intake.delivery.Slices.record;
import static dev.exposure.intake.delivery.Slices.slice;
import static dev.exposure.intake.delivery.Slices.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.exposure.intake.partition.Position;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerTests {

    @Test
    void numbersAddUpToAllRecordsWhenSomeAreDuplicatesOrTests() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 2, 1)), false);

        ledger.enter(slice(6, 1, record(0, 1), test(1, 1), test(2, 1), record(3, 1), record(5, 1)));

        assertThat(ledger.result()).isEqualTo(new DeliveryResult(2, 2, 1, Set.of()));
        assertThat(ledger.counts()).containsOnlyKeys(key("ad"));
        assertThat(ledger.counts().get(key("ad")).exposures()).isEqualTo(2);
        assertThat(ledger.counts().get(key("ad")).priceMicros()).isEqualByComparingTo("20");
    }

    @Test
    void secondSliceIsJudgedByFirstWhenBothAreOfOnePartition() {
        Ledger ledger = new Ledger(Map.of(), false);

        ledger.enter(slice(2, 1, record(0, 1), record(1, 1)));
        ledger.enter(slice(4, 1, record(1, 1), record(3, 1)));

        assertThat(ledger.result()).isEqualTo(new DeliveryResult(3, 1, 0, Set.of()));
        assertThat(ledger.moved()).containsOnly(Map.entry(P0, new Position(LOG, 4, 1)));
    }

    @Test
    void positionIsAbsentWhenItStays() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 10, 1)), false);

        ledger.enter(slice(2, 1, record(0, 1)));
        ledger.enter(slice(partition(1), 2, 1));

        assertThat(ledger.moved()).containsOnlyKeys(partition(1));
    }

    @Test
    void truncatedNamesPartitionWhenHigherEpochLiesBelow() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 10, 1)), false);

        ledger.enter(slice(9, 2, record(8, 2)));
        ledger.enter(slice(partition(1), 2, 1));

        assertThat(ledger.result()).isEqualTo(new DeliveryResult(1, 0, 0, Set.of(P0)));
    }

    @Test
    void keysAreSortedWhenRecordsAreNot() {
        Ledger ledger = new Ledger(Map.of(), false);

        ledger.enter(slice(3, 1, record(0, 1, key("b")), record(1, 1, key("c")), record(2, 1, key("a"))));

        assertThat(ledger.counts().keySet()).containsExactly(key("a"), key("b"), key("c"));
    }

    @Test
    void priceIsExactWhenSumExceeds64Bits() {
        Ledger ledger = new Ledger(Map.of(), false);

        ledger.enter(slice(
                2,
                1,
                new SinkRecord(0, 1, "a", key("ad"), Long.MAX_VALUE, false),
                new SinkRecord(1, 1, "b", key("ad"), Long.MAX_VALUE, false)));

        assertThat(ledger.counts().get(key("ad")).priceMicros()).isEqualByComparingTo("18446744073709551614");
    }

    @Test
    void sliceIsRefusedWhenRecordLiesBeyondItsEnd() {
        Ledger ledger = new Ledger(Map.of(), false);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ledger.enter(slice(3, 1, record(3, 1))))
                .withMessage("Record 3 of ad-exposure-0 lies beyond the end of its slice, 3");
    }

    @Test
    void idsAreThoseOfExposuresThatPositionLetsThroughWhenToldApartByThem() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 2, 1)), true);

        ledger.enter(slice(6, 1, exposure("read again", 1), test(2, 1), exposure("b", 3), exposure("a", 5)));

        assertThat(ledger.ids()).containsExactly("a", "b");
        ledger.admit(Set.of("a"));
        assertThat(ledger.result()).isEqualTo(new DeliveryResult(1, 2, 1, 1, Set.of()));
        assertThat(ledger.counts().get(key("ad")).exposures()).isEqualTo(1);
    }

    @Test
    void firstInOrderCountsWhenIdComesTwice() {
        Ledger ledger = new Ledger(Map.of(), true);

        ledger.enter(slice(2, 1, exposure("a", 0, 1, key("first")), exposure("a", 1, 1, key("second"))));
        ledger.enter(slice(partition(1), 1, 1, exposure("a", 0, 1, key("third"))));
        ledger.admit(Set.of("a"));

        assertThat(ledger.counts()).containsOnlyKeys(key("first"));
        assertThat(ledger.result()).isEqualTo(new DeliveryResult(1, 2, 2, 0, Set.of()));
    }

    @Test
    void positionMovesWhenEveryIdIsKnown() {
        Ledger ledger = new Ledger(Map.of(), true);

        ledger.enter(slice(2, 1, exposure("a", 0), exposure("b", 1)));
        ledger.admit(Set.of());

        assertThat(ledger.counts()).isEmpty();
        assertThat(ledger.moved()).containsOnly(Map.entry(P0, new Position(LOG, 2, 1)));
    }

    @Test
    void idIsAbsentWhenRecordIsShown() {
        assertThat(slice(1, 1, exposure("secret", 0)).toString()).doesNotContain("secret");
    }
}
