package dev.exposure.intake.consumer;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator's pause of this instance. It is kept in memory only, so a restarted instance is not paused; it survives
 * rebalances and outages, and can begin before consumption has started. Safe for use by any thread.
 */
public final class OperatorPause {

    private static final Logger log = LoggerFactory.getLogger(OperatorPause.class);

    private final PauseControl control;
    private final EventLog events;

    public OperatorPause(PauseControl control, EventLog events) {
        this.control = control;
        this.events = events;
    }

    /** Whether an operator has paused this instance. */
    public boolean isPaused() {
        return control.isPausedByOperator();
    }

    /**
     * Pauses or resumes this instance; does and logs nothing if it is paused or resumed already. A poll that is being
     * processed is finished first.
     */
    public synchronized void set(boolean paused) {
        if (!control.pauseByOperator(paused)) {
            return;
        }
        if (paused) {
            log.warn("Consumption is paused by an operator, until it is resumed or this instance restarts");
            events.add(EventType.PAUSED, "by an operator; partitions and the place in the group are kept");
        } else {
            log.info("Consumption is resumed by an operator");
            events.add(EventType.RESUMED, "by an operator");
        }
    }
}
