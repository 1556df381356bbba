package dev.exposure.intake.position;

import static dev.exposure.intake.partition.Position.NO_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.CommittedOffset;
import dev.exposure.intake.cluster.LogRange;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.Position;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each row of the start rule's table. */
class StartRuleTests {

    private static final LogId LOG = new LogId("cluster", "topic-1");
    private static final LogId OLD_LOG = new LogId("cluster", "topic-0");
    private static final LogId FOREIGN_LOG = new LogId("other-cluster", "topic-9");

    @Test
    void resumesAtTheStoredPositionWhenItIsAboveTheCommit() {
        Start start = decide(stored(LOG, 700), committed(LOG, 400), 0, 1000);

        assertThat(start).isEqualTo(new Start(700, 5, StartReason.RESUMED, 0, null));
    }

    @Test
    void resumesAtTheStoredPositionWhenItIsBelowTheCommit() {
        Start start = decide(stored(LOG, 400), committed(LOG, 700), 0, 1000);

        assertThat(start).isEqualTo(new Start(400, 5, StartReason.RESUMED, 0, null));
    }

    @Test
    void resumesAtTheStoredPositionWhenTheCommitIsGone() {
        Start start = decide(stored(LOG, 400), null, 0, 1000);

        assertThat(start.offset()).isEqualTo(400);
        assertThat(start.reason()).isEqualTo(StartReason.RESUMED);
        assertThat(start.warning()).contains("no committed offset any more", "400");
    }

    @Test
    void saysThatTheStoredPositionWinsWhenAnotherToolMovedTheGroup() {
        Start start = decide(stored(LOG, 400), new CommittedOffset(700, NO_EPOCH, null), 0, 1000);

        assertThat(start.offset()).isEqualTo(400);
        assertThat(start.reason()).isEqualTo(StartReason.RESUMED);
        assertThat(start.warning()).contains("700").contains("400").contains("partition_position");
    }

    @Test
    void saysNothingWhenAnotherToolCommittedTheVeryPosition() {
        assertThat(decide(stored(LOG, 400), new CommittedOffset(400, NO_EPOCH, null), 0, 1000)
                        .warning())
                .isNull();
    }

    @Test
    void resumesAtTheCommitWhenNothingIsStored() {
        Start start = decide(null, committed(LOG, 400), 0, 1000);

        assertThat(start.offset()).isEqualTo(400);
        assertThat(start.leaderEpoch()).isEqualTo(3);
        assertThat(start.reason()).isEqualTo(StartReason.RESUMED);
        assertThat(start.warning()).contains("no position is stored", "400");
    }

    @Test
    void saysNothingWhenTheCommitIsThatOfANewPartitionThatNothingWasReadFrom() {
        CommittedOffset fresh = new CommittedOffset(0, NO_EPOCH, new CommitMetadata(LOG, false));

        assertThat(decide(null, fresh, 0, 1000)).isEqualTo(new Start(0, NO_EPOCH, StartReason.RESUMED, 0, null));
    }

    @Test
    void resumesAtTheCommitOfAnotherToolWhenNothingIsStored() {
        assertThat(decide(null, new CommittedOffset(400, NO_EPOCH, null), 0, 1000))
                .isEqualTo(new Start(400, NO_EPOCH, StartReason.RESUMED, 0, null));
    }

    @Test
    void startsANewPartitionAtTheLogStartWhenNeitherIsThere() {
        assertThat(decide(null, null, 0, 1000)).isEqualTo(new Start(0, NO_EPOCH, StartReason.NEW_PARTITION, 0, null));
        assertThat(decide(null, null, 70, 1000)).isEqualTo(new Start(70, NO_EPOCH, StartReason.NEW_PARTITION, 0, null));
    }

    @Test
    void startsAtTheSeededOffsetWhenNothingHasBeenReadSince() {
        CommittedOffset seed = new CommittedOffset(900, NO_EPOCH, new CommitMetadata(LOG, true));

        assertThat(decide(null, seed, 0, 1000)).isEqualTo(new Start(900, NO_EPOCH, StartReason.FIRST_START, 0, null));
    }

    @Test
    void startsAtThePinnedOffsetWhenTheGroupWasActiveAlready() {
        StartFacts facts =
                new StartFacts(null, null, new Position(LOG, 900, 3), LOG, new LogRange(0, 1000, 0, null), false);

        assertThat(StartRule.decide(facts)).isEqualTo(new Start(900, 3, StartReason.FIRST_START, 0, null));
    }

    @Test
    void ignoresThePinWhenAnotherMemberHasCommittedMeanwhile() {
        StartFacts facts = new StartFacts(
                null, committed(LOG, 400), new Position(LOG, 900, 3), LOG, new LogRange(0, 1000, 0, null), false);

        assertThat(StartRule.decide(facts).offset()).isEqualTo(400);
    }

    @Test
    void startsAtTheLogStartWhenTheStoredPositionIsOfADeletedTopic() {
        Start start = decide(stored(OLD_LOG, 400), committed(OLD_LOG, 400), 2, 1000);

        assertThat(start.reason()).isEqualTo(StartReason.TOPIC_RECREATED);
        assertThat(start.offset()).isEqualTo(2);
        assertThat(start.leaderEpoch())
                .as("epochs of the old topic mean nothing")
                .isEqualTo(NO_EPOCH);
        assertThat(start.lost()).isZero();
        assertThat(start.warning()).isNotNull();
    }

    @Test
    void startsAtTheLogStartWhenTheCommitIsOfADeletedTopic() {
        assertThat(decide(null, committed(OLD_LOG, 400), 0, 1000).reason()).isEqualTo(StartReason.TOPIC_RECREATED);
    }

    @Test
    void trustsTheCommitAndWarnsWhenItComesFromAnotherCluster() {
        Start start = decide(null, committed(FOREIGN_LOG, 400), 0, 1000);

        assertThat(start.offset()).isEqualTo(400);
        assertThat(start.reason()).isEqualTo(StartReason.RESUMED);
        assertThat(start.leaderEpoch())
                .as("epochs of another cluster mean nothing")
                .isEqualTo(NO_EPOCH);
        assertThat(start.warning()).contains("another cluster");
    }

    @Test
    void resumesAtTheCommitWhenTheStoredPositionIsOfAnotherCluster() {
        assertThat(decide(stored(FOREIGN_LOG, 900), committed(FOREIGN_LOG, 400), 0, 1000)
                        .offset())
                .isEqualTo(400);
    }

    @Test
    void startsAtTheLogStartAndWarnsWhenOnlyAPositionOfAnotherClusterIsThere() {
        Start start = decide(stored(FOREIGN_LOG, 900), null, 3, 1000);

        assertThat(start.offset()).isEqualTo(3);
        assertThat(start.reason()).isEqualTo(StartReason.NEW_PARTITION);
        assertThat(start.warning()).contains("another cluster");
    }

    @Test
    void countsExactlyWhatRetentionDeletedWhenThePositionIsBelowTheLogStart() {
        Start start = decide(stored(LOG, 400), committed(LOG, 400), 650, 1000);

        assertThat(start.offset()).isEqualTo(650);
        assertThat(start.reason()).isEqualTo(StartReason.LOST_TO_RETENTION);
        assertThat(start.lost()).isEqualTo(250);
    }

    @Test
    void countsWhatRetentionDeletedWhenTheSeedIsBelowTheLogStart() {
        CommittedOffset seed = new CommittedOffset(100, NO_EPOCH, new CommitMetadata(LOG, true));

        assertThat(decide(null, seed, 150, 1000).lost()).isEqualTo(50);
    }

    @Test
    void losesNothingWhenThePositionIsTheLogStart() {
        assertThat(decide(stored(LOG, 650), null, 650, 1000).reason()).isEqualTo(StartReason.RESUMED);
    }

    @Test
    void resumesWhenThePositionIsTheLogEnd() {
        assertThat(decide(stored(LOG, 1000), null, 0, 1000).reason()).isEqualTo(StartReason.RESUMED);
    }

    @Test
    void keepsPositionAndEpochForTheClientToFindWhereTheLogsPartWhenTheLogWasTruncated() {
        Start start = decide(stored(LOG, 1200), null, 0, 1000);

        assertThat(start.reason()).isEqualTo(StartReason.TRUNCATED);
        assertThat(start.offset()).isEqualTo(1200);
        assertThat(start.leaderEpoch()).isEqualTo(5);
    }

    @Test
    void startsAtTheLogEndWhenTheLogWasTruncatedAndNoEpochIsKnown() {
        Start start = decide(null, new CommittedOffset(1200, NO_EPOCH, null), 0, 1000);

        assertThat(start.reason()).isEqualTo(StartReason.TRUNCATED);
        assertThat(start.offset()).isEqualTo(1000);
    }

    @Test
    void startsAtTheLogStartAsNewWhenThePartitionWasAddedToTheTopicThatWasCreatedAgain() {
        Start start = StartRule.decide(
                new StartFacts(stored(OLD_LOG, 700), null, null, LOG, new LogRange(0, 10, 0, null), true));

        assertThat(start).isEqualTo(new Start(0, NO_EPOCH, StartReason.NEW_PARTITION, 0, null));
    }

    private static Start decide(
            @Nullable Position stored, @Nullable CommittedOffset committed, long logStart, long logEnd) {
        return StartRule.decide(
                new StartFacts(stored, committed, null, LOG, new LogRange(logStart, logEnd, 0, null), false));
    }

    private static Position stored(LogId log, long next) {
        return new Position(log, next, 5);
    }

    private static CommittedOffset committed(LogId log, long offset) {
        return new CommittedOffset(offset, 3, new CommitMetadata(log, false));
    }
}
