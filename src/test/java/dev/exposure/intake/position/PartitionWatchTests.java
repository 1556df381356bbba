package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionRoom.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.sink.LogId;
import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.testing.FakeConsumer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The look from outside: new partitions, ownerless ones, topics created again, and a cluster that is away. */
class PartitionWatchTests {

    private static final PartitionId P0 = new PartitionId(TOPIC, 0);

    private final PositionRoom room = new PositionRoom();
    private final PartitionWatch watch = room.watch();
    private final AtomicInteger nudges = new AtomicInteger();

    @BeforeEach
    void createTopic() {
        room.cluster.create(TOPIC, 2);
        room.cluster.group(GroupState.STABLE, FakeCluster.partitions(TOPIC, 2));
    }

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void partitionWhenAddedIsSeenOnce() {
        room.sightings.inventory(List.of(FakeCluster.partitions(TOPIC, 2)));
        watch.start(nudges::incrementAndGet, () -> {});

        room.cluster.grow(TOPIC, 3);

        await().until(() -> !room.events.snapshot().isEmpty());
        await().during(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(room.events.snapshot())
                        .extracting(IntakeEvent::type, IntakeEvent::partition)
                        .containsExactly(tuple(EventType.NEW_PARTITION, 2)));
    }

    @Test
    void groupWhenAPartitionStaysWithoutOwnerIsNudged() {
        room.cluster.group(GroupState.STABLE, P0);

        watch.start(nudges::incrementAndGet, () -> {});

        await().untilAsserted(() -> assertThat(nudges).hasValueGreaterThan(1));
    }

    @Test
    void groupWhenEveryPartitionHasAnOwnerIsLeftAlone() {
        watch.start(nudges::incrementAndGet, () -> {});

        await().until(() -> room.cluster.looks() > 10);
        assertThat(nudges).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupState.class,
            names = {"PREPARING_REBALANCE", "COMPLETING_REBALANCE", "EMPTY"})
    void groupWhenNotAtRestIsLeftAlone(GroupState state) {
        room.cluster.group(state);

        watch.start(nudges::incrementAndGet, () -> {});

        await().until(() -> room.cluster.looks() > 10);
        assertThat(nudges).hasValue(0);
    }

    @Test
    void topicWhenCreatedAgainHasItsStartsDecidedAgain() {
        FakeConsumer consumer = new FakeConsumer(new TopicPartition(TOPIC, 0));
        LogId old = room.cluster.logId(TOPIC);
        room.guard.assigned(consumer, consumer.assignment());
        watch.start(nudges::incrementAndGet, () -> {});
        await().until(() -> room.cluster.looks() > 0);
        assertThat(room.book.find(P0).log()).isEqualTo(old);

        room.cluster.create(TOPIC, 2);

        await().pollInSameThread().untilAsserted(() -> {
            room.guard.settle(consumer, consumer.assignment());
            assertThat(room.book.find(P0).log()).isEqualTo(room.cluster.logId(TOPIC));
        });
    }

    @Test
    void clusterWhileItIsAwayIsSaidOnceAndAgainWhenItIsBack() {
        watch.start(nudges::incrementAndGet, () -> {});
        assertThat(watch.unreachable()).isNull();

        room.cluster.down(true);
        await().until(() -> watch.unreachable() != null);
        room.clock.advance(Duration.ofSeconds(90));
        await().during(Duration.ofMillis(100)).until(() -> watch.unreachable() != null);
        assertThat(watch.unreachable().since()).isEqualTo(room.clock.instant().minusSeconds(90));
        assertThat(watch.unreachable().reason()).startsWith("TimeoutException");

        room.cluster.down(false);
        await().until(() -> watch.unreachable() == null);
        assertThat(room.events.snapshot())
                .extracting(IntakeEvent::type)
                .containsExactly(EventType.BROKER_DOWN, EventType.BROKER_UP);
        assertThat(room.events.snapshot().get(1).detail()).contains("90 s");
    }
}
