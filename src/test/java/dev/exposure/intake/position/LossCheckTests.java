package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.LossCheck.Loss;
import java.util.Map;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which part of a gap before the first record was deleted, and which was never a record. */
class LossCheckTests {

    private static final PartitionId P0 = new PartitionId(TOPIC, 0);
    private static final PartitionId P1 = new PartitionId(TOPIC, 1);

    private final PositionFixture fixture = new PositionFixture();

    @BeforeEach
    void ownPartitions() {
        fixture.cluster.create(TOPIC, 2);
        LogId log = fixture.cluster.logId(TOPIC);
        fixture.own(P0, log, 40, StartReason.RESUMED);
        fixture.own(P1, log, 40, StartReason.RESUMED);
    }

    @Test
    void gapWhenTheLogStartsAtItsEndIsLostWhole() {
        fixture.cluster.log(TOPIC, 0, 77, 100);

        assertThat(fixture.losses.find(Map.of(P0, 77L))).isEqualTo(Map.of(P0, new Loss(40, 37)));
    }

    @Test
    void gapWhenTheLogStartsWithinItIsLostUpToThere() {
        fixture.cluster.log(TOPIC, 0, 70, 100);

        assertThat(fixture.losses.find(Map.of(P0, 77L))).isEqualTo(Map.of(P0, new Loss(40, 30)));
    }

    @Test
    void gapWhenTheLogStartsBeforeItIsOfATransactionAndNoLoss() {
        fixture.cluster.log(TOPIC, 0, 40, 100);
        fixture.cluster.log(TOPIC, 1, 3, 100);

        assertThat(fixture.losses.find(Map.of(P0, 42L, P1, 41L))).isEmpty();
    }

    @Test
    void recordsWhenDeletedAfterTheyWereReadAreNotLost() {
        fixture.cluster.log(TOPIC, 0, 90, 100);

        assertThat(fixture.losses.find(Map.of(P0, 50L)))
                .as("the record at hand was read")
                .isEqualTo(Map.of(P0, new Loss(40, 10)));
    }

    @Test
    void clusterWhenThereIsNoGapIsNotAsked() {
        fixture.remove(P1);
        PartitionId undecided = new PartitionId(TOPIC, 7);
        fixture.assign(undecided, "client-0");

        assertThatCode(() -> fixture.losses.find(Map.of(P0, 40L, P1, 90L, undecided, 90L)))
                .as("it would not know the last one")
                .doesNotThrowAnyException();
        assertThat(fixture.losses.find(Map.of(P0, 39L))).as("read again").isEmpty();
    }

    @Test
    void clusterWhenItDoesNotAnswerFailsThePoll() {
        fixture.cluster.down(true);

        assertThatThrownBy(() -> fixture.losses.find(Map.of(P0, 77L))).isInstanceOf(TimeoutException.class);
    }

    @Test
    void lossWhenSettledIsCountedAndSaid() {
        fixture.losses.settled(Map.of(P0, new Loss(40, 37)));

        assertThat(fixture.registry
                        .get("intake.records.lost")
                        .tags("topic", TOPIC, "cause", "retention")
                        .counter()
                        .count())
                .isEqualTo(37);
        assertThat(fixture.events.snapshot()).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(EventType.RECORDS_LOST);
            assertThat(event.partition()).isZero();
            assertThat(event.detail())
                    .isEqualTo("37 records from offset 40 on were deleted by Kafka before they were read");
        });
    }
}
