package dev.exposure.intake.cluster;

import dev.exposure.intake.connect.BrokerAddresses;
import dev.exposure.intake.outage.FailureText;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.TaskScheduler;

/** Samples topics and group in the background, once for all users. Thread-safe. */
public final class ClusterSampler implements SmartLifecycle {

    /** Gets each sample; called on the thread that takes it. */
    public interface Listener {

        /** Takes a new sample. */
        void sampled(ClusterSample sample);

        /** Takes note that the cluster could not be sampled; must not throw. */
        void failed(Throwable failure);
    }

    private static final Logger log = LoggerFactory.getLogger(ClusterSampler.class);

    private final ClusterReader cluster;
    private final BrokerAddresses addresses;
    private final Set<String> topics;
    private final Duration timeout;
    private final Duration interval;
    private final TaskScheduler scheduler;
    private final PartitionOwners owners = new PartitionOwners();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Object sampling = new Object();
    private volatile @Nullable ClusterSample latest;
    private @Nullable ScheduledFuture<?> task;

    /**
     * Sampler of these topics and the reader's group.
     *
     * @param addresses finds those that can't be reached
     * @param timeout longest time that one sample may take
     * @param interval time between two samples
     */
    public ClusterSampler(
            ClusterReader cluster,
            BrokerAddresses addresses,
            Collection<String> topics,
            Duration timeout,
            Duration interval,
            TaskScheduler scheduler) {
        this.cluster = cluster;
        this.addresses = addresses;
        this.topics = Set.copyOf(topics);
        this.timeout = timeout;
        this.interval = interval;
        this.scheduler = scheduler;
    }

    /** Gives each later sample to the listener. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /**
     * The last sample if it is not older than this, else a new one.
     *
     * @throws RuntimeException when the cluster does not answer
     */
    public ClusterSample notOlderThan(Duration age) {
        synchronized (sampling) {
            ClusterSample last = latest;
            return last != null && System.nanoTime() - last.askedNanos() <= age.toNanos() ? last : sample();
        }
    }

    private ClusterSample sample() {
        ClusterSample sample;
        try {
            sample = addresses.explaining(this::ask);
        } catch (InterruptException ex) {
            throw ex; // this sampler is being stopped, which says nothing of the cluster
        } catch (RuntimeException | Error ex) {
            listeners.forEach(listener -> listener.failed(ex));
            throw ex;
        }
        latest = sample;
        listeners.forEach(listener -> tell(listener, sample));
        return sample;
    }

    private static void tell(Listener listener, ClusterSample sample) {
        try {
            listener.sampled(sample);
        } catch (RuntimeException ex) {
            // A defect of one listener must not keep the sample from the others.
            log.error("Unexpected failure while looking at a sample of the cluster: {}", FailureText.of(ex));
            log.debug("Where it failed", ex);
        }
    }

    private ClusterSample ask() {
        long asked = System.nanoTime();
        Deadline deadline = new Deadline(timeout);
        Topics found = cluster.topics(topics, deadline);
        GroupDescription group = cluster.group(deadline);
        return new ClusterSample(asked, found, group, owners.update(group));
    }

    private void sampleInBackground() {
        try {
            synchronized (sampling) {
                sample();
            }
        } catch (RuntimeException | Error ex) {
            // An exception thrown from here would end all further sampling.
            log.debug("No sample of the cluster; the listeners say so", ex);
        }
    }

    @Override
    public synchronized void start() {
        if (task == null) {
            // A delay and not a rate: a cluster that answers slowly must not be asked without a pause.
            task = scheduler.scheduleWithFixedDelay(this::sampleInBackground, interval);
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
}
