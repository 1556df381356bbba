package dev.exposure.intake.delivery;

import static dev.exposure.intake.delivery.Slices.LOG;
import static dev.exposure.intake.delivery.Slices.P0;
import static dev.exposure.intake.delivery.Slices.record;
import static dev.exposure.intake.delivery.Slices.slice;
import static dev.exposure.intake.partition.Position.NO_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.Position;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of the rule by which records are duplicates and positions move. */
class PositionRuleTests {

    private static final Position STORED = new Position(LOG, 100, 5);

    @ParameterizedTest
    @CsvSource({
        // offset, epoch, duplicate
        "99,   5,  true",
        "0,    0,  true",
        "100,  5,  false",
        "101,  6,  false",
        "99,   6,  false", // the log was truncated and has grown again
        "0,    6,  false",
        "99,  -1,  true", // unknown proves nothing
        "100, -1,  false",
        "100,  4,  false"
    })
    void recordIsDuplicateWhenBelowPositionAndEpochNotAbove(long offset, int epoch, boolean duplicate) {
        PositionRule rule = new PositionRule(slice(200, 6, record(offset, epoch)), STORED);

        assertThat(rule.isDuplicate(record(offset, epoch))).isEqualTo(duplicate);
    }

    @Test
    void recordIsDuplicateWhenStoredEpochIsUnknown() {
        Position stored = new Position(LOG, 100, NO_EPOCH);
        PositionRule rule = new PositionRule(slice(60, 6, record(50, 6)), stored);

        assertThat(rule.isDuplicate(record(50, 6))).isTrue();
        assertThat(rule.truncated()).isFalse();
        assertThat(rule.moved()).isNull();
    }

    @Test
    void everythingCountsWhenNothingIsStored() {
        PositionRule rule = new PositionRule(slice(3, 1, record(2, 1)), null);

        assertThat(rule.isDuplicate(record(2, 1))).isFalse();
        assertThat(rule.truncated()).isFalse();
        assertThat(rule.moved()).isEqualTo(new Position(LOG, 3, 1));
    }

    @ParameterizedTest
    @CsvSource({"cluster-1,topic-id-2", "cluster-2,topic-id-1"})
    void everythingCountsWhenSliceReplacesLogOfPosition(String cluster, String topic) {
        LogId other = new LogId(cluster, topic);
        PositionRule rule = new PositionRule(new Slice(P0, other, 3, 0, List.of(record(2, 0)), LOG), STORED);

        assertThat(rule.isDuplicate(record(2, 0))).isFalse();
        assertThat(rule.truncated()).isFalse();
        assertThat(rule.moved()).isEqualTo(new Position(other, 3, 0));
    }

    @ParameterizedTest
    @CsvSource({"cluster-1,topic-id-2", "cluster-2,topic-id-1"})
    void sliceIsRefusedWhenPositionIsOfAnotherLogThanItReplaces(String cluster, String topic) {
        LogId other = new LogId(cluster, topic);
        LogId third = new LogId("cluster-1", "topic-id-3");

        assertThatThrownBy(() -> new PositionRule(new Slice(P0, other, 300, 9, List.of()), STORED))
                .isInstanceOf(OtherLogException.class);
        assertThatThrownBy(() -> new PositionRule(new Slice(P0, other, 300, 9, List.of(), third), STORED))
                .isInstanceOf(OtherLogException.class);
    }

    @Test
    void positionStaysWhenAnotherWriterHasReplacedTheLogBefore() {
        LogId old = new LogId("cluster-1", "topic-id-0");

        assertThat(new PositionRule(new Slice(P0, LOG, 0, NO_EPOCH, List.of(), old), STORED).moved())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {NO_EPOCH, 4, 5, 6})
    void positionAdvancesToEndOfSliceWhenItLiesAbove(int epoch) {
        PositionRule rule = new PositionRule(slice(101, epoch), STORED);

        // The slice's epoch even where lower or unknown: one too high would drop a later branch's records.
        assertThat(rule.moved()).isEqualTo(new Position(LOG, 101, epoch));
        assertThat(rule.truncated()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"100,5", "100,4", "100,-1", "99,5", "1,0"})
    void positionStaysWhenSliceEndsNotAboveAndEpochIsNotAbove(long next, int epoch) {
        PositionRule rule = new PositionRule(slice(next, epoch), STORED);

        assertThat(rule.moved()).isNull();
        assertThat(rule.truncated()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"90,6", "100,6", "150,6", "90,-1"})
    void positionMovesToEndOfSliceWhenRecordOfHigherEpochLiesBelow(long next, int epoch) {
        PositionRule rule = new PositionRule(slice(next, epoch, record(80, 5), record(85, 6)), STORED);

        assertThat(rule.isDuplicate(record(80, 5))).isTrue();
        assertThat(rule.isDuplicate(record(85, 6))).isFalse();
        assertThat(rule.truncated()).isTrue();
        assertThat(rule.moved()).isEqualTo(new Position(LOG, next, epoch));
    }

    @Test
    void positionMovesBackWhenAllRecordsOfNewBranchWereRejected() {
        PositionRule rule = new PositionRule(slice(90, 6), STORED);

        assertThat(rule.truncated()).isTrue();
        assertThat(rule.moved()).isEqualTo(new Position(LOG, 90, 6));
    }
}
