package dev.exposure.intake.balance;

import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.outage.FailureNotice;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.partition.CountSums;
import dev.exposure.intake.partition.PartitionAccount;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.TaskScheduler;

/**
 * Reads the accounts in the background, so that nobody who looks at them takes a connection from those who write. Safe for use
 * by several threads.
 */
final class BalanceSampler implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(BalanceSampler.class);

    private final Delivery delivery;
    private final boolean hasCounts;
    private final Duration interval;
    private final Clock clock;
    private final TaskScheduler scheduler;
    private final Consumer<@Nullable BalanceSample> listener;
    private final FailureNotice failures = new FailureNotice();
    private final ReentrantLock summing = new ReentrantLock();
    private volatile @Nullable BalanceSample latest;
    private @Nullable Sums sums;
    private @Nullable ScheduledFuture<?> task;

    /**
     * Sampler that starts with the application.
     *
     * @param hasCounts whether what is processed goes to the table of counts
     * @param listener is given each sample, or null when there is none now; must not throw
     */
    BalanceSampler(
            Delivery delivery,
            boolean hasCounts,
            Duration interval,
            Clock clock,
            TaskScheduler scheduler,
            Consumer<@Nullable BalanceSample> listener) {
        this.delivery = delivery;
        this.hasCounts = hasCounts;
        this.interval = interval;
        this.clock = clock;
        this.scheduler = scheduler;
        this.listener = listener;
    }

    /** The last sample; null before the first one, and when the last attempt failed. */
    @Nullable
    BalanceSample latest() {
        return latest;
    }

    /** The accounts beside the sums of the table of counts, and until when they serve others who ask for them. */
    record Sums(BalanceSample sample, CountSums counts, long endNanos) {}

    /**
     * Sums up the table of counts and reads the accounts anew. Those who ask again and again keep the database busy for a
     * tenth of the time at the most; else they get the same sums.
     *
     * @return null where there is no such table, and while another thread sums it up
     * @throws RuntimeException when the database does not answer
     */
    @Nullable
    Sums sum() {
        if (!hasCounts || !summing.tryLock()) {
            return null;
        }
        try {
            Sums last = sums;
            long begin = System.nanoTime();
            if (last != null && begin - last.endNanos() < 0) {
                return last;
            }
            CountSums counts = delivery.sumCounts();
            long taken = System.nanoTime() - begin;
            BalanceSample sample = counts == null ? null : read();
            Sums found = sample == null || counts == null ? null : new Sums(sample, counts, begin + 10 * taken);
            sums = found;
            return found;
        } finally {
            summing.unlock();
        }
    }

    @Override
    public synchronized void start() {
        if (task == null) {
            task = scheduler.scheduleWithFixedDelay(this::sample, interval);
        }
    }

    /** Waits for a reading that is under way: it would find its connections closed, and H2 would lose its file by an interrupt. */
    @Override
    public synchronized void stop() {
        if (task != null) {
            task.cancel(false);
            task = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return task != null;
    }

    private void sample() {
        try {
            read();
            if (failures.worked() != null) {
                log.info("The balance can be read again");
            }
        } catch (RuntimeException ex) {
            latest = null;
            listener.accept(null);
            if (failures.failed() != FailureNotice.Turn.SILENT) {
                log.warn("The balance can't be read for now: {}", FailureText.of(ex));
            }
        }
    }

    private synchronized @Nullable BalanceSample read() {
        List<PartitionAccount> accounts = delivery.accounts();
        BalanceSample sample = accounts == null ? null : new BalanceSample(clock.instant(), List.copyOf(accounts));
        latest = sample;
        listener.accept(sample);
        return sample;
    }
}
