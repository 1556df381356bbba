package dev.exposure.intake.lag;

import static dev.exposure.intake.lag.Readings.START;
import static dev.exposure.intake.lag.Readings.log;
import static dev.exposure.intake.lag.Readings.partition;
import static dev.exposure.intake.lag.Readings.reading;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class EndOffsetHistoriesTests {

    private final EndOffsetHistories histories = new EndOffsetHistories();

    @Test
    void addWhenPartitionWasThereFromTheFirstSampleKnowsNothingBeforeIt() {
        histories.add(reading(0, partition(0, null, log(0, 100))));
        histories.add(reading(10, partition(0, null, log(0, 200))));

        assertThat(behind(partition(0, null, null), 50)).isNull();
        assertThat(behind(partition(0, null, null), 150)).isEqualTo(5.0);
    }

    @Test
    void addWhenTopicHasGrownKnowsThatThePartitionWasEmptyAtTheSampleBefore() {
        histories.add(reading(0, partition(0, null, log(0, 100))));
        histories.add(reading(10, partition(0, null, log(0, 100)), partition(1, null, log(0, 40))));

        assertThat(behind(partition(1, null, null), 0)).isEqualTo(10.0);
        assertThat(behind(partition(1, null, null), 20)).isEqualTo(5.0);
    }

    @Test
    void addWhenAddedPartitionHasNoLeaderAtFirstCountsFromItsCreation() {
        histories.add(reading(0, partition(0, null, log(0, 100))));
        histories.add(reading(10, partition(0, null, log(0, 100)), partition(1, null, null)));
        histories.add(reading(20, partition(0, null, log(0, 100)), partition(1, null, log(0, 40))));

        assertThat(behind(partition(1, null, null), 0)).isEqualTo(20.0);
    }

    @Test
    void addWhenTopicWasNotSeenBeforeKnowsNothingBeforeIt() {
        Uuid other = new Uuid(2, 2);
        histories.add(reading(0, partition(0, null, log(0, 100))));
        histories.add(reading(10, partition(0, null, log(0, 100)), partition(other, 0, null, log(0, 40))));

        assertThat(behind(partition(other, 0, null, null), 0)).isNull();
    }

    @Test
    void addWhenTopicIsCreatedAgainForgetsTheOldLogEvenIfTheNewOneIsLonger() {
        Uuid again = new Uuid(2, 2);
        histories.add(reading(0, partition(0, null, log(0, 100))));
        histories.add(reading(10, partition(again, 0, null, log(0, 500))));

        assertThat(behind(partition(again, 0, null, null), 100)).isNull();
        assertThat(histories.size()).isEqualTo(1);
    }

    @Test
    void addWhenPartitionHasNoLeaderKeepsItsHistory() {
        histories.add(reading(0, partition(0, null, log(0, 100))));
        histories.add(reading(10, partition(0, null, null)));
        histories.add(reading(20, partition(0, null, log(0, 200))));

        assertThat(behind(partition(0, null, null), 100)).isEqualTo(20.0);
    }

    @Test
    void addWhenPartitionIsLeftOutOnceDoesNotTakeItForAnAddedOne() {
        histories.add(reading(0, partition(0, null, log(0, 100)), partition(1, null, log(0, 100))));
        histories.add(reading(10, partition(0, null, log(0, 100))));
        histories.add(reading(20, partition(0, null, log(0, 100)), partition(1, null, log(0, 200))));

        assertThat(behind(partition(1, null, null), 50)).isNull();
        assertThat(behind(partition(1, null, null), 150)).isEqualTo(10.0);
    }

    @Test
    void addWhenTopicIsGoneForgetsIt() {
        histories.add(reading(0, partition(0, null, log(0, 100))));
        histories.add(reading(10));

        assertThat(histories.size()).isZero();
    }

    @Test
    void addWhenTheWallClockIsSetBackGoesOnMeasuring() {
        histories.add(reading(0, partition(0, null, log(0, 100))));
        histories.add(new LagReading(
                START.minusSeconds(3600),
                TimeUnit.SECONDS.toNanos(10),
                List.of(partition(0, null, log(0, 200))),
                Map.of()));

        assertThat(behind(partition(0, null, null), 100)).isEqualTo(10.0);
    }

    private Double behind(PartitionSample partition, long offset) {
        return histories.of(partition).secondsBehind(offset);
    }
}
