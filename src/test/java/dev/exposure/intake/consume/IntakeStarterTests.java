package dev.exposure.intake.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.position.EventType;
import dev.exposure.intake.position.FakeCluster;
import dev.exposure.intake.position.GroupProtocol;
import dev.exposure.intake.position.IncompatibleBrokerException;
import dev.exposure.intake.position.IntakeEvent;
import dev.exposure.intake.position.PositionRoom;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Consumption starts when all that it needs is there, and not a moment before. */
class IntakeStarterTests {

    private ConsumeRoom room = new ConsumeRoom();

    @AfterEach
    void stop() {
        room.close();
    }

    @Test
    void consumptionWhenAllIsThereStartsAtOnce() {
        room.createKnownTopic();

        room.starter.start();

        assertThat(room.container.isRunning()).isTrue();
        assertThat(room.starter.isSeeded()).isTrue();
        assertThat(types()).isEmpty();
    }

    @Test
    void consumptionWhenTheSinkIsDownWaitsForIt() {
        room.createKnownTopic();
        room.position.sink.fail(new TimeoutException("no answer"));

        room.starter.start();
        await().until(() -> room.outages.current().stream().anyMatch(outage -> outage.attempts() > 2));
        assertThat(room.container.isRunning()).isFalse();
        assertThat(room.starter.isSeeded()).isFalse();
        assertThat(types()).containsExactly(EventType.SINK_DOWN);

        room.position.sink.fail(null);
        await().until(room.container::isRunning);
        assertThat(types()).startsWith(EventType.SINK_DOWN, EventType.SINK_UP);
    }

    @Test
    void consumptionWhenItCanNotBeStartedLaterIsSaidAndTriedAgain() {
        room.starter.start(); // the topic is missing, so that it goes on in the background
        room.container.failStart(new IllegalStateException("no consumer can be made"));
        room.createKnownTopic();

        await().until(room.starter::isSeeded);

        assertThat(room.container.isRunning()).isTrue();
        assertThat(room.outages.current()).isEmpty();
    }

    @Test
    void consumptionWhenTheTopicIsMissingWaitsForIt() {
        room.starter.start();
        assertThat(room.outages.current())
                .singleElement()
                .satisfies(outage ->
                        assertThat(outage.reason()).contains("MissingTopicException", "'ads'", "intake.topics"));

        room.createKnownTopic();

        await().until(room.container::isRunning);
    }

    @Test
    void startWhenTheBrokersCanNotDoTheProtocolFails() {
        room = new ConsumeRoom(GroupProtocol.CONSUMER);
        room.createKnownTopic();

        assertThatThrownBy(() -> room.starter.start())
                .isInstanceOfSatisfying(IncompatibleBrokerException.class, failure -> {
                    assertThat(failure).hasMessageContaining("group.protocol=consumer");
                    assertThat(failure.action()).contains("group.protocol=classic (the default)", "Kafka 4.0");
                });

        assertThat(room.container.isRunning()).isFalse();
    }

    @Test
    void startWhenTheBrokersTurnOutIncompatibleLaterGoesOnTrying() {
        room = new ConsumeRoom(GroupProtocol.CONSUMER);
        room.createKnownTopic();
        room.position.cluster.down(true);
        room.starter.start();
        room.position.cluster.down(false);

        await().until(() -> room.outages.current().stream()
                .anyMatch(outage -> outage.reason().contains("group.version") && outage.attempts() > 3));
        assertThat(room.container.isRunning()).isFalse();
    }

    @Test
    void consumptionWhenStoppedBeforeItCouldStartNeverStarts() {
        room.starter.start();
        room.starter.stop();
        room.createKnownTopic();

        await().during(Duration.ofMillis(200)).until(() -> !room.container.isRunning());
        assertThat(room.starter.isRunning()).isFalse();
    }

    @Test
    void partitionsWhenNobodyOwnsThemAreAskedForInTheClassicProtocol() {
        room.createKnownTopic();
        room.position.cluster.group(GroupState.STABLE, FakeCluster.partitions(PositionRoom.TOPIC, 1));

        room.starter.start();

        await().until(() -> room.container.rebalances.get() > 0);
    }

    private List<EventType> types() {
        return room.position.events.snapshot().stream().map(IntakeEvent::type).toList();
    }
}
