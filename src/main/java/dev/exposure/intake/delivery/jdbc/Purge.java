package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.outage.FailureNotice;
import dev.exposure.intake.outage.FailureText;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes old rows of a table on its own thread: some at a time, each time in a new transaction, and idle for at least
 * half of the time, so that writes never have to wait. Every instance does this.
 */
final class Purge implements AutoCloseable {

    /** Rows to remove at a time: about ten milliseconds of work. */
    static final int LIMIT = 2_000;

    private static final Logger log = LoggerFactory.getLogger(Purge.class);

    private static final Duration SHORTEST_REST = Duration.ofMillis(20);
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

    private final String rows;
    private final IntUnaryOperator remove;
    private final Duration interval;
    private final ScheduledThreadPoolExecutor executor;
    private boolean started;
    private final FailureNotice failures = new FailureNotice();

    /**
     * Purge that starts when told to.
     *
     * @param rows what is removed, for the log
     * @param remove removes at most this many old rows, and returns how many it removed
     * @param age from which rows are removed; checked every sixtieth of it, but not less than 1 s or more than 1 min
     *     apart
     */
    Purge(String rows, IntUnaryOperator remove, Duration age) {
        this.rows = rows;
        this.remove = remove;
        this.interval = interval(age);
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "intake-purge");
            thread.setDaemon(true);
            return thread;
        });
        this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Starts it, if it has not been started. */
    synchronized void start() {
        if (!started) {
            started = true;
            runAfter(interval);
        }
    }

    private void run() {
        long begin = System.nanoTime();
        int removed = 0;
        try {
            removed = remove.applyAsInt(LIMIT);
            if (failures.worked() != null) {
                log.info("Old {} are removed again", rows);
            }
        } catch (RuntimeException ex) {
            // No count is wrong because of it, and the next attempt may succeed.
            if (failures.failed() != FailureNotice.Turn.SILENT) {
                log.warn("Old {} can't be removed for now: {}", rows, FailureText.of(ex));
            }
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - begin);
        runAfter(removed < LIMIT ? interval : longer(taken, SHORTEST_REST));
    }

    private void runAfter(Duration rest) {
        try {
            var unused = executor.schedule(this::run, rest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ex) {
            log.debug("Ends, as it has been closed", ex);
        }
    }

    /** Ends it when its current transaction has ended. Does not interrupt it, because H2 would lose its file. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
                log.debug("Closed before the last removal had ended");
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    static Duration interval(Duration age) {
        Duration wanted = longer(age.dividedBy(60), SHORTEST_INTERVAL);
        return wanted.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : wanted;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
