package dev.exposure.intake.lag;

import static dev.exposure.intake.lag.Readings.log;
import static dev.exposure.intake.lag.Readings.partition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.cluster.LogRange;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionLagTests {

    private final EndOffsetHistory history = new EndOffsetHistory();

    @ParameterizedTest(name = "{0}")
    @CsvSource(nullValues = "-", textBlock = """
            committed within the log,                        10, 100,  58, 42, 48
            caught up,                                       10, 100, 100,  0, 90
            never committed,                                 10, 100,   -, 90,  0
            committed records are deleted already,           10, 100,   3, 90,  0
            committed at the log start,                      10, 100,  10, 90,  0
            never committed in an empty log,                  0,   0,   -,  0,  0
            all records deleted and some of them never read, 50,  50,  20,  0,  0
            """)
    void ofWhenLogIsKnownCountsWhatIsStillToBeReadAndWhatMayBeDeletedBeforeIt(
            String name, long start, long end, Long committed, long lag, long headroom) {
        PartitionLag result = PartitionLag.of(partition(0, committed, log(start, end)), history);

        assertThat(result.lag()).isEqualTo(lag);
        assertThat(result.headroom()).isEqualTo(headroom);
        assertThat(result.logStart()).isEqualTo(start);
        assertThat(result.logEnd()).isEqualTo(end);
        assertThat(result.committed()).isEqualTo(committed);
    }

    @Test
    void ofWhenLogIsUnknownLeavesUnknownWhatFollowsFromIt() {
        PartitionLag result = PartitionLag.of(partition(3, 58L, null), history);

        assertThat(result).isEqualTo(new PartitionLag("ads", 3, "c@h", null, null, 58L, null, null, null, null));
        assertThat(result.headroom()).isNull();
    }

    @Test
    void ofWhenHistoryDoesNotReachBackLeavesDelayUnknown() {
        history.add(100, 0);

        assertThat(PartitionLag.of(partition(0, 58L, log(0, 100)), history).behindSeconds())
                .isNull();
    }

    @Test
    void ofWhenHistoryDoesNotReachBackAndNothingLagsTellsZero() {
        assertThat(PartitionLag.of(partition(0, 100L, log(0, 100)), history).behindSeconds())
                .isEqualTo(0.0);
    }

    @Test
    void ofWhenHistoryReachesBackTellsDelayOfTheNextRecordThatCanBeRead() {
        history.add(0, 0);
        history.add(100, TimeUnit.SECONDS.toNanos(10));

        assertThat(PartitionLag.of(partition(0, 58L, log(0, 100)), history).behindSeconds())
                .isEqualTo(4.2);
        assertThat(PartitionLag.of(partition(0, null, log(0, 100)), history).behindSeconds())
                .isEqualTo(10.0);
        assertThat(PartitionLag.of(partition(0, 10L, log(80, 100)), history).behindSeconds())
                .isEqualTo(2.0);
    }

    @Test
    void ofWhenCommitLiesBeyondTheLogsEndTellsNothingOfWhatIsStillToBeRead() {
        PartitionLag result = PartitionLag.of(partition(0, 999_999L, log(0, 500)), history);

        assertThat(result).isEqualTo(new PartitionLag("ads", 0, "c@h", 0L, 500L, null, null, null, 0L, null));
    }

    @Test
    void ofWhenThisInstanceOwnsThePartitionCountsFromWhatIsProcessedWhateverIsCommitted() {
        PartitionLag result = PartitionLag.of(owned(999_999L, 120, log(0, 500)), history);

        assertThat(result.lag()).isEqualTo(380);
        assertThat(result.committed()).isNull();
        assertThat(result.headroom()).isEqualTo(120);
        assertThat(PartitionLag.of(owned(null, 120, log(0, 500)), history).lag())
                .isEqualTo(380);
        assertThat(PartitionLag.of(owned(40L, 120, log(0, 100)), history).lag())
                .as("the log was cut below what is processed")
                .isZero();
    }

    @Test
    void ofWhenATransactionIsOpenTellsWhatItHoldsBackAndBelievesACommitAmongIt() {
        LogRange held = new LogRange(0, 100, 101, null);

        assertThat(PartitionLag.of(partition(0, 100L, held), history).heldBack())
                .isEqualTo(101);
        assertThat(PartitionLag.of(partition(0, 150L, held), history).lag()).isZero();
        assertThat(PartitionLag.of(partition(0, 202L, held), history).lag()).isNull();
    }

    private static PartitionSample owned(Long committed, long processed, LogRange log) {
        return new PartitionSample(new TopicIdPartition(Readings.TOPIC_ID, 0, "ads"), "c@h", committed, processed, log);
    }
}
