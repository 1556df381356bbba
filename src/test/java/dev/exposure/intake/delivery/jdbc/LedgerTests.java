package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.exposure;
import static dev.exposure.intake.delivery.jdbc.Slices.key;
import static dev.exposure.intake.delivery.jdbc.Slices.partition;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static dev.exposure.intake.delivery.jdbc.Slices.test;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.delivery.Ledger;
import dev.exposure.intake.partition.Outcomes;
import dev.exposure.intake.partition.PartitionAccount;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Passage;
import dev.exposure.intake.partition.Position;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerTests {

    @Test
    void numbersAddUpToAllRecordsWhenSomeAreDuplicatesOrTests() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 2, 1)), false);

        ledger.enter(slice(6, 1, record(0, 1), test(1, 1), test(2, 1), record(3, 1), record(5, 1)));

        assertThat(ledger.result()).isEqualTo(new DeliveryResult(2, 2, 1, Set.of()));
        assertThat(ids(ledger)).containsExactly("exposure-3", "exposure-5");
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
    void exposuresKeepTheirOrderWhenSeveralPartitionsBringThem() {
        Ledger ledger = new Ledger(Map.of(), false);

        ledger.enter(slice(2, 1, exposure("c", 0), exposure("a", 1)));
        ledger.enter(slice(partition(1), 1, 1, exposure("b", 0)));

        assertThat(ids(ledger)).containsExactly("c", "a", "b");
    }

    @Test
    void idsAreThoseOfExposuresThatPositionLetsThroughWhenToldApartByThem() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 2, 1)), true);

        ledger.enter(slice(6, 1, exposure("read again", 1), test(2, 1), exposure("b", 3), exposure("a", 5)));

        assertThat(ledger.ids()).containsExactly("a", "b");
        ledger.admit(Set.of("a"));
        assertThat(ledger.result()).isEqualTo(new DeliveryResult(1, 2, 1, 1, Set.of()));
        assertThat(ids(ledger)).containsExactly("a");
    }

    @Test
    void firstInOrderCountsWhenIdComesTwice() {
        Ledger ledger = new Ledger(Map.of(), true);

        ledger.enter(slice(2, 1, exposure("a", 0, 1, key("first")), exposure("a", 1, 1, key("second"))));
        ledger.enter(slice(partition(1), 1, 1, exposure("a", 0, 1, key("third"))));
        ledger.admit(Set.of("a"));

        assertThat(ledger.accepted()).extracting(Exposure::adId).containsExactly("first");
        assertThat(ledger.result()).isEqualTo(new DeliveryResult(1, 2, 2, 0, Set.of()));
    }

    @Test
    void positionMovesWhenEveryIdIsKnown() {
        Ledger ledger = new Ledger(Map.of(), true);

        ledger.enter(slice(2, 1, exposure("a", 0), exposure("b", 1)));
        ledger.admit(Set.of());

        assertThat(ledger.accepted()).isEmpty();
        assertThat(ledger.moved()).containsOnly(Map.entry(P0, new Position(LOG, 2, 1)));
    }

    @Test
    void idIsAbsentWhenRecordIsShown() {
        assertThat(slice(1, 1, exposure("secret", 0)).toString()).doesNotContain("secret");
    }

    private static List<String> ids(Ledger ledger) {
        return ledger.accepted().stream().map(Exposure::exposureId).toList();
    }

    @Test
    void everyOffsetHasAnOutcomeWhenRecordsAreRejectedTestsDuplicatesOrMissing() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 5, 1)), true);
        PartitionRecords<Exposure> records = PartitionRecords.<Exposure>builder(P0, LOG, 9, 8)
                .from(5)
                .add(9, 1, exposure("a", 9, 1, key("ad")).exposure())
                .reject(10, 1)
                .add(11, 1, test(11, 1).exposure())
                .add(14, 1, exposure("a", 14, 1, key("ad")).exposure())
                .add(15, 1, exposure("b", 15, 1, key("ad")).exposure())
                .add(16, 1, exposure("c", 16, 1, key("ad")).exposure())
                .build(18, 1)
                .withLost(3);

        ledger.enter(records);
        ledger.admit(Set.of("a", "c"));

        assertThat(ledger.passages())
                .containsOnly(
                        Map.entry(P0, new Passage(5, false, new Position(LOG, 18, 1), new Outcomes(2, 2, 1, 1, 3, 4))));
    }

    @Test
    void onlyWhatLiesAboveThePositionHasAnOutcomeWhenRecordsComeAgain() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 5, 1)), false);

        ledger.enter(PartitionRecords.<Exposure>builder(P0, LOG, 1, 8)
                .from(0)
                .reject(1, 1)
                .add(4, 1, exposure("a", 4, 1, key("ad")).exposure())
                .add(6, 1, exposure("b", 6, 1, key("ad")).exposure())
                .build(8, 1)
                .withLost(1));

        assertThat(ledger.passages())
                .containsOnly(
                        Map.entry(P0, new Passage(5, false, new Position(LOG, 8, 1), new Outcomes(1, 0, 0, 0, 0, 2))));
    }

    @Test
    void gapThatThePollHasNotPassedHasNoOutcomeWhenThePositionIsBelowIt() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 5, 1)), false);

        ledger.enter(slice(10, 1, record(9, 1)));

        Outcomes outcomes = ledger.passages().get(P0).outcomes();
        assertThat(outcomes).isEqualTo(new Outcomes(1, 0, 0, 0, 0, 0));
        assertThat(new PartitionAccount(P0, 5, 10, outcomes, 0, Instant.EPOCH).off())
                .isEqualTo(4);
    }

    @Test
    void accountBeginsAnewWhereTheLogsPartWhenThereIsATruncation() {
        Ledger ledger = new Ledger(Map.of(P0, new Position(LOG, 10, 1)), false);

        ledger.enter(PartitionRecords.<Exposure>builder(P0, LOG, 6, 8)
                .add(6, 1, exposure("a", 6, 1, key("ad")).exposure())
                .reject(7, 2)
                .add(8, 2, exposure("b", 8, 2, key("ad")).exposure())
                .build(12, 2));

        assertThat(ledger.passages())
                .containsOnly(
                        Map.entry(P0, new Passage(7, true, new Position(LOG, 12, 2), new Outcomes(1, 0, 0, 1, 0, 3))));
    }

    @Test
    void accountBeginsWhereThePollBeganWhenThereIsNoPosition() {
        Ledger ledger = new Ledger(Map.of(), false);

        ledger.enter(PartitionRecords.<Exposure>builder(P0, LOG, 6, 8)
                .from(3)
                .add(6, 1, exposure("a", 6, 1, key("ad")).exposure())
                .build(7, 1));

        assertThat(ledger.passages())
                .containsOnly(
                        Map.entry(P0, new Passage(3, true, new Position(LOG, 7, 1), new Outcomes(1, 0, 0, 0, 0, 3))));
    }
}
