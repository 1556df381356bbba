package dev.exposure.intake.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.springframework.scheduling.TaskScheduler;

/**
 * Pauses consumption while there is a reason: the consumers keep polling, so they keep their partitions and stay in the
 * group, but get no records. An operator pauses all partitions; a failed poll pauses those of its consumer until they are
 * read again. The end of one pause does not end the other. Safe for use by several threads.
 */
public final class PauseControl implements AutoCloseable {

    private final ListenerContainer containers;
    private final TaskScheduler scheduler;
    private final LongSupplier nanoTime;
    private final Map<TopicPartition, Long> waits = new HashMap<>();
    private boolean closed;
    private volatile boolean byOperator;

    public PauseControl(ListenerContainer containers, TaskScheduler scheduler) {
        this(containers, scheduler, System::nanoTime);
    }

    public PauseControl(ListenerContainer containers, TaskScheduler scheduler, LongSupplier nanoTime) {
        this.containers = containers;
        this.scheduler = scheduler;
        this.nanoTime = nanoTime;
    }

    /** Pauses the partitions now, and resumes each of them after the delay, or later if it already waits for longer. */
    public synchronized void pauseFor(Collection<TopicPartition> partitions, Duration delay) {
        if (closed) {
            return;
        }
        long end = nanoTime.getAsLong() + delay.toNanos();
        for (TopicPartition partition : partitions) {
            waits.merge(partition, end, (one, other) -> one - other > 0 ? one : other);
            containers.get().pausePartition(partition);
        }
        List<TopicPartition> waiting = List.copyOf(partitions);
        Future<?> unused = scheduler.schedule(
                () -> waited(waiting, end), scheduler.getClock().instant().plus(delay));
    }

    private synchronized void waited(List<TopicPartition> partitions, long end) {
        List<TopicPartition> over = new ArrayList<>(partitions);
        over.removeIf(partition -> waits.getOrDefault(partition, end) != end); // it waits longer for another reason
        waits.keySet().removeAll(over);
        over.forEach(containers.get()::resumePartition);
    }

    /** Whether any partition waits to be read again. */
    synchronized boolean isWaiting() {
        return !waits.isEmpty();
    }

    /** Whether the partition gets no records at the moment, for whatever reason. */
    synchronized boolean isPaused(TopicPartition partition) {
        return byOperator || waits.containsKey(partition);
    }

    /** Begins or ends the operator's pause, even before the container starts. Returns whether that is a change. */
    synchronized boolean pauseByOperator(boolean paused) {
        if (byOperator == paused) {
            return false;
        }
        byOperator = paused;
        if (paused) {
            containers.get().pause();
        } else {
            containers.get().resume();
        }
        return true;
    }

    /** Whether an operator has paused consumption. */
    boolean isPausedByOperator() {
        return byOperator;
    }

    /** Begins no further pause, because the service stops. */
    @Override
    public synchronized void close() {
        closed = true;
    }
}
