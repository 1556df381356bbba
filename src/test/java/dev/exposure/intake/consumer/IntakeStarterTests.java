package dev.exposure.intake.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.cluster.IncompatibleBrokerException;
import dev.exposure.intake.delivery.OtherGroupException;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.poll.PollFixture;
import dev.exposure.intake.position.FakeCluster;
import dev.exposure.intake.position.PositionFixture;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Consumption starts when all that it needs is there, and not a moment before. */
class IntakeStarterTests {

    private PollFixture fixture = new PollFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void consumptionWhenAllIsThereStartsAtOnce() {
        fixture.createKnownTopic();

        fixture.starter.start();

        assertThat(fixture.container.isRunning()).isTrue();
        assertThat(fixture.starter.isSeeded()).isTrue();
        assertThat(types()).isEmpty();
    }

    @Test
    void consumptionWhenTheSinkIsDownWaitsForIt() {
        fixture.createKnownTopic();
        fixture.position.sink.fail(new TimeoutException("no answer"));

        fixture.starter.start();
        await().until(() -> fixture.outages.current().stream().anyMatch(outage -> outage.attempts() > 2));
        assertThat(fixture.container.isRunning()).isFalse();
        assertThat(fixture.starter.isSeeded()).isFalse();
        assertThat(types()).containsExactly(EventType.SINK_DOWN);

        fixture.position.sink.fail(null);
        await().until(fixture.container::isRunning);
        assertThat(types()).startsWith(EventType.SINK_DOWN, EventType.SINK_UP);
    }

    @Test
    void consumptionWhenItCanNotBeStartedLaterIsSaidAndTriedAgain() {
        fixture.starter.start(); // the topic is missing, so that it goes on in the background
        fixture.container.failStart(new IllegalStateException("no consumer can be made"));
        fixture.createKnownTopic();

        await().until(fixture.starter::isSeeded);

        assertThat(fixture.container.isRunning()).isTrue();
        assertThat(fixture.outages.current()).isEmpty();
    }

    @Test
    void consumptionWhenTheTopicIsMissingWaitsForIt() {
        fixture.starter.start();
        assertThat(fixture.outages.current())
                .singleElement()
                .satisfies(outage -> assertThat(outage.stage() + outage.reason())
                        .contains("TOPIC", "MissingTopicException", "'ads'", "intake.topics"));

        fixture.createKnownTopic();

        await().until(fixture.container::isRunning);
    }

    @Test
    void startWhenTheBrokersCanNotDoTheProtocolFails() {
        fixture = new PollFixture(GroupProtocol.CONSUMER);
        fixture.createKnownTopic();

        assertThatThrownBy(() -> fixture.starter.start())
                .isInstanceOfSatisfying(IncompatibleBrokerException.class, failure -> {
                    assertThat(failure).hasMessageContaining("group.protocol=consumer");
                    assertThat(failure.action()).contains("group.protocol=classic (the default)", "Kafka 4.0");
                });

        assertThat(fixture.container.isRunning()).isFalse();
    }

    @Test
    void startWhenTheBrokersTurnOutIncompatibleLaterGoesOnTrying() {
        fixture = new PollFixture(GroupProtocol.CONSUMER);
        fixture.createKnownTopic();
        fixture.position.cluster.down(true);
        fixture.starter.start();
        fixture.position.cluster.down(false);

        await().until(() -> fixture.outages.current().stream()
                .anyMatch(outage -> outage.reason().contains("group.version") && outage.attempts() > 3));
        assertThat(fixture.container.isRunning()).isFalse();
    }

    @Test
    void startWhenTheDatabaseIsAnotherGroupsFailsAndSaysWhatToDo() {
        fixture.createKnownTopic();
        fixture.position.sink.refuseGroup(new OtherGroupException("mine", List.of("theirs"), List.of("ads")));

        assertThatThrownBy(fixture.starter::start).isInstanceOfSatisfying(OtherGroupException.class, failure -> {
            assertThat(failure).hasMessageContaining("consumer group theirs in the same topics (ads)");
            assertThat(failure.action()).contains("group-id", "currentSchema", "DELETE FROM partition_position");
        });

        assertThat(fixture.container.isRunning()).isFalse();
    }

    @Test
    void startWhenTheDatabaseTurnsOutToBeAnotherGroupsLaterGoesOnWhenItsPositionsAreDeleted() {
        fixture.createKnownTopic();
        fixture.position.cluster.down(true);
        fixture.starter.start();
        fixture.position.sink.refuseGroup(new OtherGroupException("mine", List.of("theirs"), List.of("ads")));
        fixture.position.cluster.down(false);
        await().until(() -> fixture.outages.current().stream()
                .anyMatch(outage -> outage.reason().contains("consumer group theirs")));
        assertThat(fixture.container.isRunning()).isFalse();

        fixture.position.sink.refuseGroup(null);

        await().until(fixture.container::isRunning);
    }

    @Test
    void consumptionWhenStoppedBeforeItCouldStartNeverStarts() {
        fixture.starter.start();
        fixture.starter.stop();
        fixture.createKnownTopic();

        await().during(Duration.ofMillis(200)).until(() -> !fixture.container.isRunning());
        assertThat(fixture.starter.isRunning()).isFalse();
    }

    @Test
    void partitionsWhenNobodyOwnsThemAreAskedForInTheClassicProtocol() {
        fixture.createKnownTopic();
        fixture.position.cluster.group(GroupState.STABLE, FakeCluster.partitions(PositionFixture.TOPIC, 1));

        fixture.starter.start();

        await().until(() -> {
            fixture.position.clock.advance(Duration.ofSeconds(1));
            return fixture.container.rebalances.get() > 0;
        });
    }

    private List<EventType> types() {
        return fixture.position.events.snapshot().stream()
                .map(IntakeEvent::type)
                .toList();
    }
}
