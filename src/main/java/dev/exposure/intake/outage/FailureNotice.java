package dev.exposure.intake.outage;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when to report a failure that repeats: once when it begins, from time to time while it lasts, and once when
 * it is over. The caller decides what to report, and how. Measures elapsed time, so changes of the clock do not matter.
 * Safe for use by several threads.
 */
public final class FailureNotice {

    /** Whether to report a failure. */
    public enum Turn {
        /** First failure since it last worked. */
        BEGINS,
        /** It still fails, and nothing was reported for a while. */
        REMINDS,
        /** Nothing to report. */
        SILENT
    }

    /**
     * Failures that are over.
     *
     * @param lasted time since the first of them
     * @param failures number of them
     */
    public record Past(Duration lasted, long failures) {}

    /** Least time between two reminders of the same outage. */
    public static final Duration REMINDER = Duration.ofMinutes(10);

    private final long reminderNanos;
    private final LongSupplier nanoTime;
    private long failures;
    private long begun;
    private long lastTold;
    private long failuresTold;
    private long failuresToTell;

    /** Notice that reminds at most every 10 minutes. */
    public FailureNotice() {
        this(REMINDER);
    }

    /** Notice that reminds at most this often. */
    public FailureNotice(Duration reminder) {
        this(reminder, System::nanoTime);
    }

    /** Notice with its own source of elapsed time, in nanoseconds. */
    public FailureNotice(Duration reminder, LongSupplier nanoTime) {
        this.reminderNanos = reminder.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Takes note of a failure and returns whether to report it. */
    public synchronized Turn failed() {
        long now = nanoTime.getAsLong();
        failures++;
        if (failures == 1) {
            begun = now;
        } else if (now - lastTold < reminderNanos) {
            return Turn.SILENT;
        }
        lastTold = now;
        failuresToTell = failures - failuresTold;
        failuresTold = failures;
        return failures == 1 ? Turn.BEGINS : Turn.REMINDS;
    }

    /** Takes note of a success; returns the failures that it ends, or null where nothing had failed. */
    public synchronized @Nullable Past worked() {
        if (failures == 0) {
            return null;
        }
        Past past = new Past(Duration.ofNanos(nanoTime.getAsLong() - begun), failures);
        failures = 0;
        failuresTold = 0;
        failuresToTell = 0;
        return past;
    }

    /** Number of failures since it last worked. */
    public synchronized long failures() {
        return failures;
    }

    /** Number of failures that the latest report covers: those since the report before, its own included. */
    public synchronized long failuresToTell() {
        return failuresToTell;
    }
}
