package dev.exposure.intake.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.testing.MutableClock;
import dev.exposure.intake.testing.TestScheduler;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A change is said once, as a line and an event; what is so already is not said again. */
@ExtendWith(OutputCaptureExtension.class)
class OperatorPauseTests {

    private final FakeContainer container = new FakeContainer();
    private final TestScheduler scheduler = new TestScheduler();
    private final PauseControl control = new PauseControl(container.asListenerContainer(), scheduler);
    private final EventLog events = new EventLog(new MutableClock());
    private final OperatorPause pause = new OperatorPause(control, events);

    @AfterEach
    void close() {
        control.close();
    }

    @Test
    void pauseWhenSetTwiceIsSaidOnce(CapturedOutput output) {
        pause.set(true);
        pause.set(true);
        assertThat(pause.isPaused()).isTrue();
        assertThat(container.isPauseRequested()).isTrue();
        assertThat(types()).containsExactly(EventType.PAUSED);

        pause.set(false);
        pause.set(false);
        assertThat(pause.isPaused()).isFalse();
        assertThat(container.isPauseRequested()).isFalse();
        assertThat(types()).containsExactly(EventType.PAUSED, EventType.RESUMED);
        assertThat(output.getAll())
                .containsOnlyOnce("Consumption is paused by an operator")
                .containsOnlyOnce("Consumption is resumed by an operator");
    }

    @Test
    void resumptionWhenNotPausedIsNotSaid(CapturedOutput output) {
        pause.set(false);

        assertThat(types()).isEmpty();
        assertThat(output.getAll()).doesNotContain("Consumption is");
    }

    private List<EventType> types() {
        return events.snapshot().stream().map(IntakeEvent::type).toList();
    }
}
