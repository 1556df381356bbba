package dev.exposure.intake.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The container pauses at once and resumes when the last delay asked for is over. */
class PauseControlTests {

    private final FakeContainer container = new FakeContainer();
    private final PauseControl pause = new PauseControl(container.asListenerContainer());

    @AfterEach
    void close() {
        pause.close();
    }

    @Test
    void containerWhenPausedForAWhileResumesByItself() {
        pause.pauseFor(Duration.ofMillis(30));

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
}
