package dev.exposure.intake.consume;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Pauses the listener container for a while: its consumers keep polling, and so their partitions and their place in the
 * group, but get no records. Safe for use by several threads.
 */
final class PauseControl implements AutoCloseable {

    private final ListenerContainer containers;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "intake-resume");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable ScheduledFuture<?> resumption;

    PauseControl(ListenerContainer containers) {
        this.containers = containers;
    }

    /** Pauses now and resumes after the delay, or after that of the latest call. */
    synchronized void pauseFor(Duration delay) {
        if (executor.isShutdown()) {
            return;
        }
        if (resumption != null) {
            resumption.cancel(false);
        }
        MessageListenerContainer container = containers.get();
        container.pause();
        resumption = executor.schedule(container::resume, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
