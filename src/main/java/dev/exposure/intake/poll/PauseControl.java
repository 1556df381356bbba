package dev.exposure.intake.poll;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Pauses the listener container for as long as there is a reason to: its consumers keep polling, and so their partitions and
 * their place in the group, but get no records. The reasons are an operator's wish and the wait until a failed poll is
 * read again; neither ends the other. A partition whose records can't be read pauses alone. Safe for use by several threads.
 */
public final class PauseControl implements AutoCloseable {

    /** How long a partition rests whose records can't be fetched. */
    public static final Duration PARTITION_PAUSE = Duration.ofSeconds(15);

    private final ListenerContainer containers;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "intake-resume");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable ScheduledFuture<?> wait;
    private long waits;
    private volatile boolean byOperator;

    PauseControl(ListenerContainer containers) {
        this.containers = containers;
    }

    /** Pauses now, and drops this reason after the delay, or after that of the latest call. */
    synchronized void pauseFor(Duration delay) {
        if (executor.isShutdown()) {
            return;
        }
        if (wait != null) {
            wait.cancel(false);
        }
        long number = ++waits;
        wait = executor.schedule(() -> waited(number), delay.toMillis(), TimeUnit.MILLISECONDS);
        apply();
    }

    /** Pauses until told otherwise, or drops this reason; before the container starts too. Says whether that is a change. */
    synchronized boolean pauseByOperator(boolean paused) {
        if (byOperator == paused) {
            return false;
        }
        byOperator = paused;
        apply();
        return true;
    }

    /** Whether an operator wants the pause. */
    boolean isPausedByOperator() {
        return byOperator;
    }

    private synchronized void waited(long number) {
        if (number == waits) { // else a later wait began while this one ended
            wait = null;
            apply();
        }
    }

    private void apply() {
        if (byOperator || wait != null) {
            containers.get().pause();
        } else {
            containers.get().resume();
        }
    }

    /** Pauses one partition for a while; the others go on. */
    synchronized void pause(TopicPartition partition) {
        if (executor.isShutdown()) {
            return;
        }
        containers.get().pausePartition(partition);
        Future<?> unused = executor.schedule(
                () -> containers.get().resumePartition(partition), PARTITION_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        executor.shutdownNow();
    }
}
