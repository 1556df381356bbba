package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.LOG;
import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.record;
import static dev.exposure.intake.delivery.jdbc.Slices.slice;
import static dev.exposure.intake.partition.Position.NO_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.delivery.PositionRule;
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

        assertThat(rule.isDuplicate(offset, epoch)).isEqualTo(duplicate);
    }

    @Test
    void recordIsDuplicateWhenStoredEpochIsUnknown() {
        Position stored = new Position(LOG, 100, NO_EPOCH);
        PositionRule rule = new PositionRule(slice(60, 6, record(50, 6)), stored);

        assertThat(rule.isDuplicate(50, 6)).isTrue();
        assertThat(rule.truncated()).isFalse();
        assertThat(rule.moved()).isNull();
    }

    @Test
    void everythingCountsWhenNothingIsStored() {
        PositionRule rule = new PositionRule(slice(3, 1, record(2, 1)), null);

        assertThat(rule.isDuplicate(2, 1)).isFalse();
        assertThat(rule.truncated()).isFalse();
        assertThat(rule.moved()).isEqualTo(new Position(LOG, 3, 1));
    }

    @ParameterizedTest
    @CsvSource({"cluster-1,topic-id-2", "cluster-2,topic-id-1"})
    void recordsAreRefusedWhenPositionIsOfAnotherLog(String cluster, String topic) {
        LogId other = new LogId(cluster, topic);

        assertThatThrownBy(() -> new PositionRule(Slices.slice(P0, other, 300, 9, List.of()), STORED))
                .isInstanceOf(OtherLogException.class);
    }

    @Test
    void changeIsStoredWhenNothingIsStored() {
        Position start = new Position(LOG, 0, NO_EPOCH);

        assertThat(PositionRule.changed(PositionChange.start(P0, start, null), null))
                .isEqualTo(start);
    }

    @ParameterizedTest
    @CsvSource({"101,5", "101,-1", "150,4"})
    void changeIsStoredWhenItMovesForward(long next, int epoch) {
        Position moved = new Position(LOG, next, epoch);

        assertThat(PositionRule.changed(PositionChange.start(P0, moved, null), STORED))
                .isEqualTo(moved);
    }

    @ParameterizedTest
    @CsvSource({"100,5", "100,6", "99,6", "0,-1"})
    void positionStaysWhenChangeIsNotAhead(long next, int epoch) {
        PositionChange change = PositionChange.start(P0, new Position(LOG, next, epoch), null);

        assertThat(PositionRule.changed(change, STORED)).isNull();
    }

    @Test
    void positionMovesBackWhenChangeReplacesTheVeryOneStored() {
        Position truncated = new Position(LOG, 80, NO_EPOCH);

        assertThat(PositionRule.changed(PositionChange.start(P0, truncated, STORED), STORED))
                .isEqualTo(truncated);
        assertThat(PositionRule.changed(PositionChange.start(P0, truncated, STORED), new Position(LOG, 101, 5)))
                .as("another owner has gone on")
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"cluster-1,topic-id-2", "cluster-2,topic-id-1"})
    void changeIsStoredWhenItReplacesTheLogOfThePosition(String cluster, String topic) {
        Position start = new Position(new LogId(cluster, topic), 0, NO_EPOCH);
        PositionChange change = PositionChange.start(P0, start, STORED);

        assertThat(PositionRule.changed(change, STORED)).isEqualTo(start);
        assertThat(PositionRule.changed(change, new Position(LOG, 120, 5)))
                .as("a former owner has gone on in the old log")
                .isEqualTo(start);
    }

    @Test
    void positionStaysWhenAnotherWriterHasReplacedTheLogBefore() {
        Position old = new Position(new LogId("cluster-1", "topic-id-0"), 70, 1);

        assertThat(PositionRule.changed(PositionChange.start(P0, new Position(LOG, 0, NO_EPOCH), old), STORED))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"cluster-1,topic-id-2", "cluster-2,topic-id-1"})
    void changeIsRefusedWhenPositionIsOfAnotherLogThanItReplaces(String cluster, String topic) {
        Position start = new Position(new LogId(cluster, topic), 300, 9);
        Position third = new Position(new LogId("cluster-1", "topic-id-3"), 1, 1);

        assertThatThrownBy(() -> PositionRule.changed(PositionChange.start(P0, start, null), STORED))
                .isInstanceOf(OtherLogException.class);
        assertThatThrownBy(() -> PositionRule.changed(PositionChange.start(P0, start, third), STORED))
                .isInstanceOf(OtherLogException.class);
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

        assertThat(rule.isDuplicate(80, 5)).isTrue();
        assertThat(rule.isDuplicate(85, 6)).isFalse();
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
