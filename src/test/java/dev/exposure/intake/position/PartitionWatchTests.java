package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.testing.FakeConsumer;
import java.time.Duration;
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

    private final PositionFixture fixture = new PositionFixture();
    private final PartitionWatch watch = fixture.watch();
    private final AtomicInteger rebalances = new AtomicInteger();

    @BeforeEach
    void createTopic() {
        fixture.cluster.create(TOPIC, 2);
        fixture.cluster.group(GroupState.STABLE, FakeCluster.partitions(TOPIC, 2));
    }

    private void start() {
        watch.start(rebalances::incrementAndGet, group -> {});
        fixture.sampler.start();
    }

    @AfterEach
    void close() {
        fixture.sampler.stop();
        fixture.scheduler.shutdown();
    }

    @Test
    void partitionWhenAddedIsSeenOnce() {
        start();
        await().until(() -> fixture.cluster.looks() > 1);

        fixture.cluster.grow(TOPIC, 3);

        await().until(() -> !fixture.events.snapshot().isEmpty());
        await().during(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(fixture.events.snapshot())
                        .extracting(IntakeEvent::type, IntakeEvent::partition)
                        .containsExactly(tuple(EventType.NEW_PARTITION, 2)));
    }

    @Test
    void groupWhenAPartitionStaysWithoutOwnerIsAskedToRebalance() {
        fixture.cluster.group(GroupState.STABLE, P0);

        start();

        await().untilAsserted(() -> {
            fixture.clock.advance(Duration.ofMillis(5));
            assertThat(rebalances).hasValueGreaterThan(1);
        });
    }

    @Test
    void groupWhenEveryPartitionHasAnOwnerIsLeftAlone() {
        start();

        await().until(() -> fixture.cluster.looks() > 10);
        assertThat(rebalances).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupState.class,
            names = {"PREPARING_REBALANCE", "COMPLETING_REBALANCE", "EMPTY"})
    void groupWhenNotAtRestIsLeftAlone(GroupState state) {
        fixture.cluster.group(state);

        start();

        await().until(() -> fixture.cluster.looks() > 10);
        assertThat(rebalances).hasValue(0);
    }

    @Test
    void topicWhenCreatedAgainHasItsStartsDecidedAgain() {
        FakeConsumer consumer = new FakeConsumer(new TopicPartition(TOPIC, 0));
        LogId old = fixture.cluster.logId(TOPIC);
        fixture.starts.assigned(consumer, consumer.assignment());
        start();
        await().until(() -> fixture.cluster.looks() > 0);
        assertThat(fixture.assignment.find(P0).log()).isEqualTo(old);

        fixture.cluster.create(TOPIC, 2);

        await().pollInSameThread().untilAsserted(() -> {
            fixture.starts.settle(consumer, consumer.assignment());
            assertThat(fixture.assignment.find(P0).log()).isEqualTo(fixture.cluster.logId(TOPIC));
        });
    }

    @Test
    void clusterWhileItIsAwayIsSaidOnceAndAgainWhenItIsBack() {
        start();
        assertThat(watch.unreachable()).isNull();

        fixture.cluster.down(true);
        await().until(() -> watch.unreachable() != null);
        fixture.clock.advance(Duration.ofSeconds(90));
        await().during(Duration.ofMillis(100)).until(() -> watch.unreachable() != null);
        assertThat(watch.unreachable().since())
                .isEqualTo(fixture.clock.instant().minusSeconds(90));
        assertThat(watch.unreachable().reason()).startsWith("TimeoutException");

        fixture.cluster.down(false);
        await().until(() -> watch.unreachable() == null);
        assertThat(fixture.events.snapshot())
                .extracting(IntakeEvent::type)
                .containsExactly(EventType.BROKER_DOWN, EventType.BROKER_UP);
        assertThat(fixture.events.snapshot().get(1).detail()).contains("90 s");
    }
}
