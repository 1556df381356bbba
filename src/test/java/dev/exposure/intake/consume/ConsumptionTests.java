package dev.exposure.intake.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.consume.Consumption.State;
import dev.exposure.intake.consume.Outage.Stage;
import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.MessageListenerContainer;

/** What the state says, from the start to the stop, and what only a restart would heal. */
class ConsumptionTests {

    private static final RuntimeException AWAY = new TimeoutException("no answer");

    private final ConsumeRoom room = new ConsumeRoom();
    private final Consumption consumption = room.consumption;
    private final MessageListenerContainer container = room.container;

    @AfterEach
    void stop() {
        room.close();
    }

    @Test
    void stateOnTheWayUpIsSeedingThenJoiningThenRunning() {
        assertThat(consumption.state()).as("not started").isEqualTo(State.STOPPED);
        room.starter.start();
        assertThat(consumption.state()).as("the topic is missing").isEqualTo(State.SEEDING);
        assertThat(consumption.isReady()).isFalse();

        room.createKnownTopic();
        await().until(() -> consumption.state() == State.JOINING);
        assertThat(consumption.isReady()).isFalse();

        room.position.book.joined();
        assertThat(consumption.state()).isEqualTo(State.RUNNING);
        assertThat(consumption.isReady()).isTrue();
    }

    @Test
    void stateWhenAStepFailsIsRetryingUntilItWorks() {
        run();
        room.fail(Stage.SINK, AWAY);
        assertThat(consumption.state()).isEqualTo(State.RETRYING);
        assertThat(consumption.isReady())
                .as("an outage is no reason to take it out")
                .isTrue();
        assertThat(consumption.outages()).extracting(Outage::stage).containsExactly(Stage.SINK);

        room.succeed(Stage.SINK);
        assertThat(consumption.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void stateWhileAFailedPollWaitsIsRetrying() {
        run();
        room.pause.pauseFor(Duration.ofMinutes(10));

        assertThat(consumption.state()).isEqualTo(State.RETRYING);
        assertThat(consumption.isPaused()).isTrue();
    }

    @Test
    void stateWhenAnOperatorPausesIsPausedWhateverFails() {
        run();
        room.fail(Stage.SINK, AWAY);
        room.operatorPause.set(true);
        assertThat(consumption.state()).isEqualTo(State.PAUSED);
        assertThat(consumption.isPaused()).isTrue();
        assertThat(consumption.isReady()).isTrue();
        assertThat(consumption.causeOfDeath()).isEmpty();

        room.operatorPause.set(false);
        assertThat(consumption.state()).isEqualTo(State.RETRYING);
        assertThat(consumption.isPaused()).isFalse();
        room.succeed(Stage.SINK);
        assertThat(consumption.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void stateWhenPausedBeforeTheStartIsSeedingAndThenPaused() {
        room.starter.start(); // the topic is missing
        room.operatorPause.set(true);
        assertThat(consumption.state()).isEqualTo(State.SEEDING);

        room.createKnownTopic();
        await().until(() -> consumption.state() == State.PAUSED);
        assertThat(container.isRunning()).isTrue();
        assertThat(container.isPauseRequested()).isTrue();
    }

    @Test
    void stateWhenTheClusterDoesNotAnswerIsRetrying() {
        run();

        room.position.cluster.down(true);
        await().until(() -> consumption.state() == State.RETRYING);

        room.position.cluster.down(false);
        await().until(() -> consumption.state() == State.RUNNING);
    }

    @Test
    void kafkaAnswersUnlessTheStartCanNotBeFoundOrALaterLookFails() {
        room.starter.start();
        assertThat(consumption.isKafkaAnswering()).as("the topic is missing").isFalse();

        room.createKnownTopic();
        await().until(() -> consumption.state() == State.JOINING);
        assertThat(consumption.isKafkaAnswering()).isTrue();

        room.position.cluster.down(true);
        await().until(() -> !consumption.isKafkaAnswering());

        room.position.cluster.down(false);
        await().until(consumption::isKafkaAnswering);
        room.fail(Stage.SINK, AWAY);
        room.fail(Stage.DEAD_LETTERS, AWAY);
        room.fail(Stage.POLL, AWAY);
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
        room.container.die();

        assertThat(consumption.state()).isEqualTo(State.STOPPED);
        assertThat(consumption.causeOfDeath()).isEqualTo("a consumer stopped by itself");
    }

    @Test
    void causeOfDeathWhenOnePollLoopHangsIsSaid() {
        run();
        room.container.lastPoll("client-0", 1.0);
        room.container.lastPoll("client-1", 300.0);
        assertThat(consumption.causeOfDeath()).isEmpty();

        room.container.lastPoll("client-1", 301.0);
        assertThat(consumption.causeOfDeath()).isEqualTo("a consumer has not polled for 301 s");
    }

    @Test
    void causeOfDeathWhenNothingWasPolledYetIsNone() {
        run();
        room.container.lastPoll("client-0", -1.0);
        room.container.lastPoll("client-1", Double.NaN);
        room.container.lastPoll("client-2", "a text");

        assertThat(consumption.causeOfDeath()).isEmpty();
    }

    @Test
    void causeOfDeathWhenBrokersOrSinkAreAwayIsNone() {
        room.starter.start();
        room.fail(Stage.SINK, AWAY);
        room.fail(Stage.POSITIONS, AWAY);
        room.fail(Stage.DEAD_LETTERS, AWAY);

        assertThat(consumption.causeOfDeath()).isEmpty();
    }

    private void run() {
        room.createKnownTopic();
        room.starter.start();
        room.position.book.joined();
        assertThat(consumption.state()).isEqualTo(State.RUNNING);
    }
}
