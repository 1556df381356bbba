package dev.exposure.intake.lag;

import dev.exposure.intake.cluster.ClusterSample;
import dev.exposure.intake.cluster.ClusterSampler;
import dev.exposure.intake.outage.FailureText;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Samples the lag of the whole group on one background thread, so that nobody who looks at it waits for a broker. */
final class LagSampler implements SmartLifecycle, LagSource {

    private static final Logger log = LoggerFactory.getLogger(LagSampler.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String groupId;
    private final ClusterSampler reader;
    private final Duration interval;
    private final List<Consumer<LagSnapshot>> listeners;
    private final EndOffsetHistories histories = new EndOffsetHistories();
    private final SampleJournal journal;
    private volatile Consumer<ClusterSample> readings = reading -> {};
    private volatile @Nullable LagSnapshot latest;
    private @Nullable ScheduledExecutorService executor;

    LagSampler(
            Admin admin,
            String groupId,
            Collection<String> topics,
            IsolationLevel isolation,
            Duration interval,
            Clock clock,
            List<Consumer<LagSnapshot>> listeners) {
        this(groupId, new ClusterSampler(admin, groupId, topics, isolation, TIMEOUT, clock), interval, listeners);
    }

    LagSampler(String groupId, ClusterSampler reader, Duration interval, List<Consumer<LagSnapshot>> listeners) {
        this.groupId = groupId;
        this.reader = reader;
        this.interval = interval;
        this.listeners = List.copyOf(listeners);
        this.journal = new SampleJournal(groupId);
    }

    /** Has each reading from now on given to this consumer as well, on the sampling thread; it must not throw. */
    void onReading(Consumer<ClusterSample> consumer) {
        readings = consumer;
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
        if (executor == null) {
            executor = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "intake-lag");
                thread.setDaemon(true);
                return thread;
            });
            // A delay and not a rate: a cluster that answers slowly must not be asked without a pause.
            Future<?> unused =
                    executor.scheduleWithFixedDelay(this::sample, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void stop() {
        if (executor != null) {
            executor.shutdownNow();
            awaitEnd(executor);
            executor = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return executor != null;
    }

    /** Lets the sample at hand end, so that a start which follows does not overlap with it. */
    private static void awaitEnd(ScheduledExecutorService executor) {
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("The last sample of the lag has not ended 5 s after it was told to");
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void sample() {
        try {
            ClusterSample reading = reader.read();
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
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error ex) {
            // What is thrown from here would end all sampling to come, without a word.
            journal.failed(ex);
        }
    }

    private static void tell(Consumer<LagSnapshot> listener, LagSnapshot snapshot, Map<String, String> problems) {
        try {
            listener.accept(snapshot);
        } catch (RuntimeException ex) {
            problems.put("a listener", FailureText.of(ex));
        }
    }
}
