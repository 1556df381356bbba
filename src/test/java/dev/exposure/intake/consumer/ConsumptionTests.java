package dev.exposure.intake.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.consumer.Consumption.State;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outage.Stage;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.poll.PollFixture;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.MessageListenerContainer;

/** What the state says, from the start to the stop, and what only a restart would heal. */
class ConsumptionTests {

    private static final RuntimeException AWAY = new TimeoutException("no answer");

    private final PollFixture fixture = new PollFixture();
    private final Consumption consumption = fixture.consumption;
    private final MessageListenerContainer container = fixture.container;

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void stateOnTheWayUpIsSeedingThenJoiningThenRunning() {
        assertThat(consumption.state()).as("not started").isEqualTo(State.STOPPED);
        fixture.starter.start();
        assertThat(consumption.state()).as("the topic is missing").isEqualTo(State.SEEDING);
        assertThat(consumption.isReady()).isFalse();

        fixture.createKnownTopic();
        await().until(() -> consumption.state() == State.JOINING);
        assertThat(consumption.isReady()).isFalse();

        fixture.position.assignment.joined();
        assertThat(consumption.state()).isEqualTo(State.RUNNING);
        assertThat(consumption.isReady()).isTrue();
    }

    @Test
    void stateWhenAStepFailsIsRetryingUntilItWorks() {
        run();
        fixture.fail(Stage.SINK, AWAY);
        assertThat(consumption.state()).isEqualTo(State.RETRYING);
        assertThat(consumption.isReady())
                .as("an outage is no reason to take it out")
                .isTrue();
        assertThat(consumption.outages()).extracting(Outage::stage).containsExactly(Stage.SINK);

        fixture.succeed(Stage.SINK);
        assertThat(consumption.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void stateWhileAFailedPollWaitsIsRetrying() {
        run();
        fixture.pause.pauseFor(List.of(new TopicPartition("ads", 0)), Duration.ofMinutes(10));

        assertThat(consumption.state()).isEqualTo(State.RETRYING);
        assertThat(consumption.isPaused(new PartitionId("ads", 0))).isTrue();
        assertThat(consumption.isPaused(new PartitionId("ads", 1)))
                .as("of another consumer")
                .isFalse();
    }

    @Test
    void stateWhenAnOperatorPausesIsPausedWhateverFails() {
        run();
        fixture.fail(Stage.SINK, AWAY);
        fixture.operatorPause.set(true);
        assertThat(consumption.state()).isEqualTo(State.PAUSED);
        assertThat(consumption.isPaused(new PartitionId("ads", 0))).isTrue();
        assertThat(consumption.isReady()).isTrue();
        assertThat(consumption.causeOfDeath()).isEmpty();

        fixture.operatorPause.set(false);
        assertThat(consumption.state()).isEqualTo(State.RETRYING);
        assertThat(consumption.isPaused(new PartitionId("ads", 0))).isFalse();
        fixture.succeed(Stage.SINK);
        assertThat(consumption.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void stateWhenPausedBeforeTheStartIsSeedingAndThenPaused() {
        fixture.starter.start(); // the topic is missing
        fixture.operatorPause.set(true);
        assertThat(consumption.state()).isEqualTo(State.SEEDING);

        fixture.createKnownTopic();
        await().until(() -> consumption.state() == State.PAUSED);
        assertThat(container.isRunning()).isTrue();
        assertThat(container.isPauseRequested()).isTrue();
    }

    @Test
    void stateWhenTheClusterDoesNotAnswerIsRetrying() {
        run();

        fixture.position.cluster.down(true);
        await().until(() -> consumption.state() == State.RETRYING);

        fixture.position.cluster.down(false);
        await().until(() -> consumption.state() == State.RUNNING);
    }

    @Test
    void kafkaAnswersUnlessTheStartCanNotBeFoundOrALaterLookFails() {
        fixture.starter.start();
        assertThat(consumption.isKafkaAnswering()).as("the topic is missing").isFalse();

        fixture.createKnownTopic();
        await().until(() -> consumption.state() == State.JOINING);
        assertThat(consumption.isKafkaAnswering()).isTrue();

        fixture.position.cluster.down(true);
        await().until(() -> !consumption.isKafkaAnswering());

        fixture.position.cluster.down(false);
        await().until(consumption::isKafkaAnswering);
        fixture.fail(Stage.SINK, AWAY);
        fixture.fail(Stage.DEAD_LETTERS, AWAY);
        fixture.fail(Stage.POLL, AWAY);
        assertThat(consumption.isKafkaAnswering())
                .as("a record that can't be taken further is no broker that is away")
                .isTrue();
    }

    @Test
    void stateWhenTheContainerEndsIsStopped() {
        run();
        container.stop();

        assertThat(consumption.state()).isEqualTo(State.STOPPED);
        assertThat(consumption.causeOfDeath()).as("stopped in good order").isEmpty();
    }

    @Test
    void causeOfDeathWhenAConsumerEndedByItselfIsSaid() {
        run();
        fixture.container.die();

        assertThat(consumption.state()).isEqualTo(State.STOPPED);
        assertThat(consumption.causeOfDeath()).isEqualTo("a consumer stopped by itself");
    }

    @Test
    void causeOfDeathWhenOnePollLoopHangsIsSaid() {
        run();
        fixture.container.lastPoll("client-0", 1.0);
        fixture.container.lastPoll("client-1", 300.0);
        assertThat(consumption.causeOfDeath()).isEmpty();

        fixture.container.lastPoll("client-1", 301.0);
        assertThat(consumption.causeOfDeath()).isEqualTo("a consumer has not polled for 301 s");
    }

    @Test
    void causeOfDeathWhenNothingWasPolledYetIsNone() {
        run();
        fixture.container.lastPoll("client-0", -1.0);
        fixture.container.lastPoll("client-1", Double.NaN);
        fixture.container.lastPoll("client-2", "a text");

        assertThat(consumption.causeOfDeath()).isEmpty();
    }

    @Test
    void causeOfDeathWhenBrokersOrSinkAreAwayIsNone() {
        fixture.starter.start();
        fixture.fail(Stage.SINK, AWAY);
        fixture.fail(Stage.POSITIONS, AWAY);
        fixture.fail(Stage.DEAD_LETTERS, AWAY);

        assertThat(consumption.causeOfDeath()).isEmpty();
    }

    private void run() {
        fixture.createKnownTopic();
        fixture.starter.start();
        fixture.position.assignment.joined();
        assertThat(consumption.state()).isEqualTo(State.RUNNING);
    }
}
