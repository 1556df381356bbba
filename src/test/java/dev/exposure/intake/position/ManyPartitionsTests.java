package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRange;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.FakeConsumer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.junit.jupiter.api.Test;

/** Partitions of one assignment do not wait for each other, and an assignment is told as one event. */
class ManyPartitionsTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition TP1 = new TopicPartition(TOPIC, 1);
    private static final PartitionId P0 = new PartitionId(TOPIC, 0);
    private static final PartitionId P1 = new PartitionId(TOPIC, 1);

    private final PositionFixture fixture = new PositionFixture(Duration.ofMillis(300));
    private final PartitionStarts starts = fixture.starts;
    private final FakeConsumer consumer = new FakeConsumer(TP0, TP1);

    @Test
    void partitionWhenItsLeaderIsFrozenStaysUndecidedAndTheOthersStart() {
        fixture.cluster.create(TOPIC, 2);
        fixture.cluster.freeze(TOPIC, 1, true);

        starts.assigned(consumer, List.of(TP0, TP1));

        assertThat(consumer.seeks()).containsOnlyKeys(TP0);
        assertThat(starts.wantsToSettle(consumer, List.of(TP0)))
                .as("nothing is waited for again so soon")
                .isFalse();
        assertThatThrownBy(() -> starts.settle(consumer, List.of(TP1)))
                .as("none of its records is processed")
                .isInstanceOf(LeaderNotAvailableException.class)
                .hasMessageContaining("ads-1");

        fixture.cluster.freeze(TOPIC, 1, false);
        fixture.clock.advance(Duration.ofSeconds(20));
        assertThat(starts.settle(consumer, List.of())).containsExactly(P1);
        assertThat(consumer.seeks()).containsOnlyKeys(TP0, TP1);
    }

    @Test
    void partitionsWhenTheirTopicIsCreatedAgainWithFewerAreDroppedAndAreNewWhenItGrowsAgain() {
        fixture.cluster.create(TOPIC, 2);
        fixture.discovered.exist(fixture.topics());
        starts.assigned(consumer, List.of(TP0, TP1));
        fixture.sink.store(P1, new Position(fixture.cluster.logId(TOPIC), 70, 1));
        consumer.seeks().clear();
        fixture.cluster.create(TOPIC, 1);
        fixture.discovered.exist(fixture.topics());
        starts.reconsider(TOPIC);

        assertThat(starts.settle(consumer, List.of(TP0, TP1)))
                .as("records of both are of the deleted log")
                .containsExactlyInAnyOrder(P0, P1);
        assertThat(consumer.seeks()).containsOnlyKeys(TP0);

        starts.revoked(consumer, List.of(TP1));
        fixture.cluster.grow(TOPIC, 2);
        starts.assigned(consumer, List.of(TP1));

        assertThat(fixture.assignment.find(P1).start().reason()).isEqualTo(StartReason.NEW_PARTITION);
        assertThat(consumer.seeks().get(TP1).offset()).isZero();
        assertThat(fixture.sink
                        .positions(fixture.topics().clusterId(), List.of(P1))
                        .get(P1)
                        .log())
                .isEqualTo(fixture.cluster.logId(TOPIC));
    }

    @Test
    void partitionWhenTheAskedBrokerHasNotHeardOfItYetIsNotWaitedForAndStartsLater() {
        fixture.cluster.create(TOPIC, 1);

        starts.assigned(consumer, List.of(TP0, TP1));
        assertThat(consumer.seeks()).containsOnlyKeys(TP0);

        fixture.cluster.grow(TOPIC, 2);
        fixture.clock.advance(Duration.ofSeconds(2));
        assertThat(starts.settle(consumer, List.of())).containsExactly(P1);
    }

    @Test
    void assignmentWhenItBringsManyPartitionsIsOneEventAndSoIsTheirEnd() {
        fixture.cluster.create(TOPIC, 100);
        fixture.sink.store(P0, new Position(fixture.cluster.logId(TOPIC), 0, 1));
        List<TopicPartition> all = IntStream.range(0, 100)
                .mapToObj(number -> new TopicPartition(TOPIC, number))
                .toList();
        FakeConsumer owner = new FakeConsumer(all.toArray(TopicPartition[]::new));

        starts.assigned(owner, all);
        starts.revoked(owner, all);

        List<IntakeEvent> events = fixture.events.snapshot();
        assertThat(events).extracting(IntakeEvent::type).containsExactly(EventType.ASSIGNED, EventType.REVOKED);
        assertThat(events).allSatisfy(event -> {
            assertThat(event.topic()).isEqualTo(TOPIC);
            assertThat(event.partition()).isNull();
            assertThat(event.partitions()).containsExactly(new PartitionRange(TOPIC, 0, 99));
        });
        assertThat(events.get(0).detail()).contains("100 partitions", "RESUMED: ads-0", "NEW_PARTITION: ads-1 to 99");
    }

    @Test
    void partitionsWhenTheWallClockIsSetBackAreTriedAgainAllTheSame() {
        fixture.cluster.create(TOPIC, 2);
        fixture.cluster.leaderless(TOPIC, 1);
        starts.assigned(consumer, List.of(TP0, TP1));
        fixture.clock.set(fixture.clock.instant().minus(Duration.ofDays(1)));
        fixture.clock.advance(Duration.ofSeconds(2));

        assertThat(starts.wantsToSettle(consumer, List.of())).isTrue();
    }
}
