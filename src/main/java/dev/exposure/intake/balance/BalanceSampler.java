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
 * Reads the accounts in the background, so that requests for the balance take no connection from the writers. Safe for use by
 * several threads.
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
     * @param hasCounts whether exposures are counted in the table of counts
     * @param listener gets each sample, or null while there is none; must not throw
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

    /** The accounts and the sums of the table of counts; further requests get them too until {@code endNanos}. */
    record Sums(BalanceSample sample, CountSums counts, long endNanos) {}

    /**
     * Sums up the table of counts and reads the accounts again. Repeated requests get the same sums for a while, so that
     * they keep the database busy for a tenth of the time at most.
     *
     * @return null if there is no such table, or while another thread sums it up
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

    /** Waits for a read that is under way, before its connections are closed. An interrupt would make H2 lose its file. */
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
