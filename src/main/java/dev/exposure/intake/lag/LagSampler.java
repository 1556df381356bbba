package dev.exposure.intake.lag;

import dev.exposure.intake.outage.FailureText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.TaskScheduler;

/** Samples the lag of the whole group in the background, so that reading it never waits for a broker. */
final class LagSampler implements SmartLifecycle, LagSource {

    private static final Logger log = LoggerFactory.getLogger(LagSampler.class);

    private final String groupId;
    private final LagReader reader;
    private final Duration interval;
    private final TaskScheduler scheduler;
    private final Consumer<LagReading> readings;
    private final List<Consumer<LagSnapshot>> listeners;
    private final EndOffsetHistories histories = new EndOffsetHistories();
    private final SampleJournal journal;
    private volatile @Nullable LagSnapshot latest;
    private @Nullable ScheduledFuture<?> task;

    /**
     * Sampler of one group.
     *
     * @param readings is given each reading, on the sampling thread; must not throw
     * @param listeners are given each sample, on the sampling thread
     */
    LagSampler(
            String groupId,
            LagReader reader,
            Duration interval,
            TaskScheduler scheduler,
            Consumer<LagReading> readings,
            List<Consumer<LagSnapshot>> listeners) {
        this.groupId = groupId;
        this.reader = reader;
        this.interval = interval;
        this.scheduler = scheduler;
        this.readings = readings;
        this.listeners = List.copyOf(listeners);
        this.journal = new SampleJournal(groupId);
    }

    @Override
    public String groupId() {
        return groupId;
    }

    @Override
    public @Nullable LagSnapshot latest() {
        return latest;
    }

    @Override
    public synchronized void start() {
        if (task == null) {
            // A delay and not a rate: a cluster that answers slowly must not be asked without a pause.
            task = scheduler.scheduleWithFixedDelay(this::sample, interval);
        }
    }

    @Override
    public synchronized void stop() {
        if (task != null) {
            task.cancel(true);
            task = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return task != null;
    }

    private void sample() {
        try {
            LagReading reading = reader.read();
            take(reading);
        } catch (InterruptException ex) {
            log.debug("Stopped in the middle of a sample");
        } catch (RuntimeException | Error ex) {
            // An exception from here would silently end all later sampling.
            journal.failed(ex);
        }
    }

    /** Synchronized, because a stopped sample may still end while the next one begins. */
    private synchronized void take(LagReading reading) {
        readings.accept(reading);
        histories.add(reading);
        LagSnapshot snapshot = LagSnapshot.of(
                groupId,
                reading.at(),
                reading.partitions().stream()
                        .map(partition -> PartitionLag.of(partition, histories.of(partition)))
                        .toList());
        latest = snapshot;
        Map<String, String> problems = new TreeMap<>(reading.problems());
        listeners.forEach(listener -> tell(listener, snapshot, problems));
        journal.succeeded(problems);
    }

    private static void tell(Consumer<LagSnapshot> listener, LagSnapshot snapshot, Map<String, String> problems) {
        try {
            listener.accept(snapshot);
        } catch (RuntimeException ex) {
            problems.put("a listener", FailureText.of(ex));
        }
    }
}
