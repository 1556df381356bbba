package dev.exposure.intake.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The container pauses at once, and resumes when no reason to pause is left. */
class PauseControlTests {

    private final FakeContainer container = new FakeContainer();
    private final PauseControl pause = new PauseControl(container.asListenerContainer());

    @AfterEach
    void close() {
        pause.close();
    }

    @Test
    void containerWhenPausedForAWhileResumesByItself() {
        pause.pauseFor(Duration.ofSeconds(1));

        assertThat(container.isPauseRequested()).isTrue();
        await().until(() -> !container.isPauseRequested());
    }

    @Test
    void pauseWhenAskedForAgainLastsUntilTheLatestDelayIsOver() {
        pause.pauseFor(Duration.ofMillis(30));
        pause.pauseFor(Duration.ofMinutes(10));

        await().during(Duration.ofMillis(300)).until(container::isPauseRequested);

        pause.pauseFor(Duration.ofMillis(30));
        await().until(() -> !container.isPauseRequested());
    }

    @Test
    void pauseWhenTheServiceIsStoppingIsNotBegun() {
        pause.close();

        pause.pauseFor(Duration.ofMillis(30));

        assertThat(container.isPauseRequested()).isFalse();
    }

    @Test
    void pauseByTheOperatorLastsUntilTheOperatorEndsIt() {
        assertThat(pause.pauseByOperator(true)).isTrue();
        assertThat(container.isPauseRequested()).isTrue();
        assertThat(pause.isPausedByOperator()).isTrue();

        assertThat(pause.pauseByOperator(true)).as("a change").isFalse();

        assertThat(pause.pauseByOperator(false)).isTrue();
        assertThat(container.isPauseRequested()).isFalse();
        assertThat(pause.isPausedByOperator()).isFalse();
    }

    @Test
    void pauseByTheOperatorOutlastsADelayThatEndsMeanwhile() {
        pause.pauseFor(Duration.ofMillis(30));
        pause.pauseByOperator(true);
        pause.pauseFor(Duration.ofMillis(40));

        await().during(Duration.ofMillis(300)).until(container::isPauseRequested);

        pause.pauseByOperator(false);
        await("end of the delay").until(() -> !container.isPauseRequested());
    }

    @Test
    void delayOutlastsAPauseByTheOperatorThatEndsMeanwhile() {
        pause.pauseFor(Duration.ofMinutes(10));
        pause.pauseByOperator(true);

        pause.pauseByOperator(false);

        assertThat(container.isPauseRequested()).isTrue();
        pause.pauseFor(Duration.ofMillis(30));
        await().until(() -> !container.isPauseRequested());
    }

    @Test
    void pauseOfAnOutageIsNotTheOperators() {
        pause.pauseFor(Duration.ofMinutes(10));

        assertThat(pause.isPausedByOperator()).isFalse();
    }
}
