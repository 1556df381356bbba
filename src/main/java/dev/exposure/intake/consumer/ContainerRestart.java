package dev.exposure.intake.consumer;

import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Replaces the consumers by new ones: stops the listener container after a pause that grows each time, and starts it
 * again. Works in the background; safe for use by several threads.
 */
public final class ContainerRestart {

    /** A client that fails for so long without a proof that it works is replaced too, whatever its failure. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration STOP_CHECK = Duration.ofMillis(200);

    private static final String OWNER = "restart";

    private final ListenerContainer containers;
    private final TaskScheduler scheduler;
    private final Outages outages;
    private final ExponentialBackOff backOff;
    private @Nullable BackOffExecution delays;
    private @Nullable Future<?> check;
    private boolean pending;
    private boolean closed;

    /**
     * Restart of the listener container.
     *
     * @param backOff pauses before the restarts, without a limit of attempts
     */
    public ContainerRestart(
            ListenerContainer containers, TaskScheduler scheduler, Outages outages, ExponentialBackOff backOff) {
        this.containers = containers;
        this.scheduler = scheduler;
        this.outages = outages;
        this.backOff = backOff;
    }

    /** Asks for new consumers; does nothing if a restart is under way already. */
    public synchronized void request() {
        if (closed || pending) {
            return;
        }
        pending = true;
        cancelCheck();
        if (delays == null) {
            delays = backOff.start();
        }
        Future<?> unused = later(this::stop, Duration.ofMillis(delays.nextBackOff()));
    }

    /** Asks for new consumers unless the present ones soon prove that they work. */
    public synchronized void requestUnlessProven() {
        if (!closed && !pending && check == null) {
            check = later(this::request, PATIENCE);
        }
    }

    /** Takes note that a consumer has proven that it works. */
    public synchronized void proven() {
        delays = null;
        cancelCheck();
    }

    /** Whether a restart is under way. */
    public synchronized boolean isPending() {
        return pending;
    }

    /** Restarts nothing while the application stops. */
    @EventListener(ContextClosedEvent.class)
    public synchronized void close() {
        closed = true;
        cancelCheck();
    }

    private void cancelCheck() {
        if (check != null) {
            check.cancel(false);
            check = null;
        }
    }

    private Future<?> later(Runnable task, Duration delay) {
        return scheduler.schedule(task, scheduler.getClock().instant().plus(delay));
    }

    private synchronized void stop() {
        if (!closed) {
            containers.get().stop(() -> {}); // does not wait: the consumers' threads may need this monitor
            Future<?> unused = later(this::start, STOP_CHECK);
        }
    }

    private synchronized void start() {
        MessageListenerContainer container = containers.get();
        if (closed) {
            return;
        }
        if (container.isRunning() || container.isChildRunning()) {
            Future<?> unused = later(this::start, STOP_CHECK);
            return;
        }
        pending = false;
        try {
            container.start();
            outages.works(Outage.Stage.POLL, OWNER);
        } catch (RuntimeException ex) {
            outages.note(Outage.Stage.POLL, OWNER, ex);
            container.stop(() -> {}); // it counts as running although it has no consumer, and would not start again
            request();
        }
    }
}
