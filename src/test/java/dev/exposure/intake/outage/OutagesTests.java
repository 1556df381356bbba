package dev.exposure.intake.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.outage.Outage.Stage;
import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** An outage is said when it begins, now and then while it lasts, and when it is over; each stage has its own. */
@ExtendWith(OutputCaptureExtension.class)
class OutagesTests {

    private static final RuntimeException AWAY = new TimeoutException("no answer");

    private final MutableClock clock = new MutableClock();
    private final EventLog events = new EventLog(clock);
    private final Outages outages = new Outages(events, clock, clock::nanoTime);

    @Test
    void stepWhenItWorksGivesItsResultAndSaysNothing(CapturedOutput output) {
        assertThat(outages.attempt(Stage.SINK, () -> "stored")).isEqualTo("stored");

        assertThat(outages.current()).isEmpty();
        assertThat(events.snapshot()).isEmpty();
        assertThat(lines(output)).isEmpty();
    }

    @Test
    void stepWhenItFailsThrowsWithItsStage() {
        assertThatThrownBy(() -> outages.attempt(Stage.DEAD_LETTERS, () -> {
                    throw AWAY;
                }))
                .isInstanceOfSatisfying(StageFailure.class, failure -> {
                    assertThat(failure.stage()).isEqualTo(Stage.DEAD_LETTERS);
                    assertThat(failure.failure()).isSameAs(AWAY);
                });
    }

    @Test
    void topicsWhenMissingAreToldEachAndTheOutageIsOverWhenAllAreFound() {
        outages.note(Stage.TOPIC, "a", AWAY);
        outages.note(Stage.TOPIC, "b", AWAY);
        outages.note(Stage.TOPIC, "a", AWAY);
        outages.clear();
        outages.works(Stage.TOPIC, "a");
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Stage.TOPIC);
        outages.works(Stage.TOPIC, "b");

        assertThat(outages.current()).isEmpty();
        assertThat(events.snapshot())
                .extracting(event -> event.type() + " " + event.topic())
                .containsExactly("TOPIC_MISSING a", "TOPIC_MISSING b", "TOPIC_FOUND a", "TOPIC_FOUND b");
    }

    @Test
    void outageWhileItLastsCountsItsAttemptsSinceTheFirst() {
        fail(Stage.SINK, AWAY);
        clock.advance(Duration.ofSeconds(5));
        fail(Stage.SINK, AWAY);
        fail(Stage.SINK, AWAY);

        assertThat(outages.current())
                .containsExactly(new Outage(Stage.SINK, MutableClock.START, 3, "TimeoutException: no answer"));
    }

    @Test
    void outageIsSaidWhenItBeginsEvery10MinutesAndWhenItIsOver(CapturedOutput output) {
        for (int second = 0; second < 1300; second++) {
            fail(Stage.SINK, second % 2 == 0 ? AWAY : new TimeoutException("another reason"));
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(lines(output)).as("at 0 s, 600 s and 1200 s").hasSize(3);
        assertThat(lines(output).get(0)).contains("WARN", "Writing to the sink fails", "no answer");
        assertThat(lines(output).get(1)).contains("WARN", "still fails, since 2026-11-22T10:00:00Z");
        assertThat(events.snapshot()).extracting(IntakeEvent::type).containsExactly(EventType.SINK_DOWN);
        assertThat(outages.current()).extracting(Outage::reason).containsExactly("TimeoutException: another reason");

        outages.attempt(Stage.SINK, () -> true);
        outages.attempt(Stage.SINK, () -> true);

        assertThat(outages.current()).isEmpty();
        assertThat(lines(output)).hasSize(4);
        assertThat(lines(output).get(3))
                .contains("INFO", "Writing to the sink works again after 1300 s and 1300 attempts");
        assertThat(events.snapshot())
                .extracting(IntakeEvent::type)
                .containsExactly(EventType.SINK_DOWN, EventType.SINK_UP);
        assertThat(events.snapshot().get(1).detail()).isEqualTo("works again after 1300 s and 1300 attempts");
    }

    @Test
    void outageWhenItBeginsAgainIsSaidAgainAtOnce(CapturedOutput output) {
        fail(Stage.SINK, AWAY);
        outages.attempt(Stage.SINK, () -> true);
        clock.advance(Duration.ofSeconds(1));
        fail(Stage.SINK, AWAY);

        assertThat(lines(output)).hasSize(3);
        assertThat(outages.current())
                .containsExactly(
                        new Outage(Stage.SINK, MutableClock.START.plusSeconds(1), 1, "TimeoutException: no answer"));
    }

    @Test
    void outagesOfSeveralStagesAreApart() {
        fail(Stage.SINK, AWAY);
        fail(Stage.DEAD_LETTERS, AWAY);
        fail(Stage.POSITIONS, AWAY);
        outages.attempt(Stage.SINK, () -> true);

        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Stage.POSITIONS, Stage.DEAD_LETTERS);
        assertThat(events.snapshot())
                .extracting(IntakeEvent::type)
                .containsExactly(
                        EventType.SINK_DOWN,
                        EventType.DEAD_LETTER_DOWN,
                        EventType.POSITIONS_UNKNOWN,
                        EventType.SINK_UP);
    }

    @Test
    void outageOfOneThreadLastsWhileTheRecordsOfAnotherGetThrough(CapturedOutput output) throws Exception {
        fail(Stage.DEAD_LETTERS, AWAY);
        other(() -> outages.attempt(Stage.DEAD_LETTERS, () -> true));
        fail(Stage.DEAD_LETTERS, AWAY);

        assertThat(outages.current())
                .singleElement()
                .satisfies(outage -> assertThat(outage.attempts()).isEqualTo(2));
        assertThat(lines(output)).hasSize(1);
        assertThat(events.snapshot()).hasSize(1);

        outages.attempt(Stage.DEAD_LETTERS, () -> true);
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void sinkThatFailsForOneThreadAndWorksForAnotherIsOneOutage(CapturedOutput output) throws Exception {
        for (int attempt = 0; attempt < 5; attempt++) {
            fail(Stage.SINK, AWAY);
            other(() -> outages.attempt(Stage.SINK, () -> true));
        }

        assertThat(events.snapshot()).extracting(IntakeEvent::type).containsExactly(EventType.SINK_DOWN);
        assertThat(lines(output)).hasSize(1);
        assertThat(outages.isFailing(Stage.SINK)).isTrue();
        outages.attempt(Stage.SINK, () -> true);
        assertThat(events.snapshot())
                .extracting(IntakeEvent::type)
                .containsExactly(EventType.SINK_DOWN, EventType.SINK_UP);
    }

    @Test
    void outageOfSeveralThreadsLastsUntilTheLastOfThemSucceeds() throws Exception {
        fail(Stage.SINK, AWAY);
        other(() -> fail(Stage.SINK, AWAY));
        outages.attempt(Stage.SINK, () -> true);
        assertThat(outages.current()).hasSize(1);

        other(() -> outages.attempt(Stage.SINK, () -> true));
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void otherMemberIsGoneForAllWhenOneFindsNone() throws Exception {
        fail(Stage.MEMBERS, AWAY);
        other(() -> outages.works(Stage.MEMBERS));

        assertThat(outages.current()).isEmpty();
    }

    @Test
    void stepOfAnOwnerIsOverOnAnyThread() throws Exception {
        outages.note(Stage.POSITIONS, "start", AWAY);
        outages.works(Stage.POSITIONS);
        assertThat(outages.current()).hasSize(1);

        other(() -> outages.attempt(Stage.POSITIONS, "start", () -> true));
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void writeThatHangsIsShownWhileItDoesAndIsNoEvent() {
        outages.attempt(Stage.SINK, () -> {
            clock.advance(Duration.ofMillis(2_999));
            assertThat(outages.current()).isEmpty();
            clock.advance(Duration.ofMillis(9_501));
            assertThat(outages.current())
                    .containsExactly(new Outage(Stage.SINK, MutableClock.START, 1, "has not answered for 12 s"));
            return true;
        });

        assertThat(outages.current()).isEmpty();
        assertThat(events.snapshot()).isEmpty();
    }

    @Test
    void timeThatTheProcessorTakesIsNotTheSinks() {
        outages.attempt(Stage.SINK, () -> {
            clock.advance(Duration.ofSeconds(1));
            outages.waiting(Stage.PROCESSOR, () -> {
                clock.advance(Duration.ofSeconds(5));
                assertThat(outages.current())
                        .containsExactly(new Outage(
                                Stage.PROCESSOR, MutableClock.START.plusSeconds(1), 1, "has not answered for 5 s"));
                return true;
            });
            clock.advance(Duration.ofSeconds(1));
            assertThat(outages.current()).isEmpty();
            clock.advance(Duration.ofSeconds(2));
            assertThat(outages.current())
                    .containsExactly(new Outage(Stage.SINK, MutableClock.START, 1, "has not answered for 4 s"));
            return true;
        });

        assertThat(outages.current()).isEmpty();
        assertThat(events.snapshot()).isEmpty();
    }

    @Test
    void pollsThatFailAreNotForgottenWithTheRecords() {
        outages.note(Stage.POLL, AWAY);
        outages.leave();
        outages.clear();

        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Stage.POLL);
    }

    @Test
    void outageOfAThreadThatHasNothingLeftIsForgottenAndThatOfAnotherStays() throws Exception {
        fail(Stage.DEAD_LETTERS, AWAY);
        other(outages::leave);
        assertThat(outages.current()).hasSize(1);

        outages.leave();
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void outageOfPollsLastsUntilNoneHasFailedForAWhile(CapturedOutput output) {
        for (int attempt = 0; attempt < 3; attempt++) {
            outages.noteUnreadable(AWAY, Duration.ofSeconds(15));
            outages.works(Stage.POLL); // the records of another partition
            clock.advance(Duration.ofSeconds(16));
        }
        outages.works(Stage.POLL);
        assertThat(outages.current()).hasSize(1);
        assertThat(lines(output)).hasSize(1);

        clock.advance(Duration.ofSeconds(15));
        outages.works(Stage.POLL);
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void outageOfRefusedLoginsOutlastsThePollsThatAskForNothing() {
        Duration retry = Duration.ofSeconds(10);
        for (int attempt = 0; attempt < 3; attempt++) {
            outages.noteRefused(AWAY, retry);
            clock.advance(retry.plusSeconds(5));
            outages.works(Stage.POLL); // the client waits before it connects again
            assertThat(outages.current()).hasSize(1);
        }
        clock.advance(retry.plusSeconds(2));
        outages.works(Stage.POLL);
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void outageOfAConsumerIsOverWhenTheOneThatReplacesItSucceeds() throws Exception {
        run("exposure-intake-0-C-1", () -> outages.note(Stage.POLL, AWAY));
        run("exposure-intake-1-C-1", () -> outages.works(Stage.POLL));
        assertThat(outages.current()).hasSize(1);

        run("exposure-intake-0-C-2", () -> outages.works(Stage.POLL));
        assertThat(outages.current()).isEmpty();
    }

    private static void other(Runnable step) throws InterruptedException {
        run("other", step);
    }

    private static void run(String name, Runnable step) throws InterruptedException {
        Thread thread = new Thread(step, name);
        thread.start();
        thread.join();
    }

    @Test
    void errorWhenThrownPassesAndIsNoOutage() {
        assertThatThrownBy(() -> outages.attempt(Stage.SINK, () -> {
                    throw new AssertionError("broken");
                }))
                .isInstanceOf(AssertionError.class);

        assertThat(outages.current()).isEmpty();
    }

    private void fail(Stage stage, RuntimeException failure) {
        assertThatThrownBy(() -> outages.attempt(stage, () -> {
                    throw failure;
                }))
                .isInstanceOf(StageFailure.class);
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains(".Outages "))
                .toList();
    }
}
