package dev.exposure.intake.outage;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what does not work at the moment, and tells it once when it begins, at most every 10 minutes while it lasts, and once
 * when it is over. It is over when everybody for whom it failed has succeeded: what works for the records of one consumer
 * thread may still fail for those of another. Safe for use by all threads.
 */
public final class Outages {

    private static final Logger log = LoggerFactory.getLogger(Outages.class);

    /** Longest wait of a client before it connects again, and a little more. */
    private static final Duration QUIET_LOGINS = Duration.ofSeconds(6);

    /** A container numbers the threads that one consumer after the other runs on. */
    private static final Pattern REPLACEMENT = Pattern.compile("-C-\\d+$");

    private static final String ANYBODY = "";

    private final EventLog events;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<Outage.Stage, OngoingOutage> current = new EnumMap<>(Outage.Stage.class);
    private final WaitingWrites writes;

    /** Outages of this instance; none at first. */
    public Outages(EventLog events, Clock clock) {
        this(events, clock, System::nanoTime);
    }

    /** Outages with their own source of elapsed time, in nanoseconds. */
    public Outages(EventLog events, Clock clock, LongSupplier nanoTime) {
        this.events = events;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.writes = new WaitingWrites(clock, nanoTime);
    }

    /** What does not work now, a write that is late included; empty when records flow. */
    public synchronized List<Outage> current() {
        List<Outage> found = new ArrayList<>();
        for (Outage.Stage stage : Outage.Stage.values()) {
            OngoingOutage one = current.get(stage);
            if (one != null) {
                found.add(new Outage(stage, one.since, one.notice.failures(), one.reason));
            } else {
                writes.late(stage).ifPresent(found::add);
            }
        }
        return List.copyOf(found);
    }

    /**
     * Runs one step of the records' way for the calling thread and takes note of how it went.
     *
     * @throws StageFailure when the step throws anything but an {@link Error}
     */
    public <T> T attempt(Outage.Stage stage, Supplier<T> step) {
        return attempt(stage, thread(), step);
    }

    /**
     * Runs one step and takes note of how it went.
     *
     * @param owner for whom it is done; only a later success for the same one ends its outage
     * @throws StageFailure when the step throws anything but an {@link Error}
     */
    public <T> T attempt(Outage.Stage stage, String owner, Supplier<T> step) {
        return attempt(stage, owner, step, failure -> stage);
    }

    /**
     * Runs one step for the calling thread, whose failures may be those of another stage, and takes note of how it went.
     *
     * @param stageOf stage that a failure is of, or null when it is none: then it is thrown as it is
     * @throws StageFailure when the step throws anything but an {@link Error}
     */
    public <T> T attempt(
            Outage.Stage stage, Supplier<T> step, Function<RuntimeException, Outage.@Nullable Stage> stageOf) {
        return attempt(stage, thread(), step, stageOf);
    }

    private <T> T attempt(
            Outage.Stage stage,
            String owner,
            Supplier<T> step,
            Function<RuntimeException, Outage.@Nullable Stage> stageOf) {
        T result;
        try {
            result = stage == Outage.Stage.SINK ? waiting(stage, owner, step) : step.get();
        } catch (RuntimeException ex) {
            Outage.Stage failed = stageOf.apply(ex);
            if (failed == null) {
                throw ex;
            }
            failed(failed, owner, ex, Duration.ZERO);
            throw new StageFailure(failed, ex);
        }
        works(stage, owner);
        return result;
    }

    /**
     * Runs a part of the calling thread's step; if it takes long, this stage is shown as late instead of that of the step.
     * Failures are thrown as they are.
     */
    public <T> T waiting(Outage.Stage stage, Supplier<T> part) {
        return waiting(stage, thread(), part);
    }

    private <T> T waiting(Outage.Stage stage, String owner, Supplier<T> part) {
        writes.begins(stage, owner);
        try {
            return part.get();
        } finally {
            writes.ends(owner);
        }
    }

    /** Takes note of a failure outside of any step, for the calling thread. */
    public void note(Outage.Stage stage, Throwable failure) {
        note(stage, thread(), failure);
    }

    /** Takes note of a failure outside of any step. */
    public void note(Outage.Stage stage, String owner, Throwable failure) {
        failed(stage, owner, failure, Duration.ZERO);
    }

    /**
     * Takes note of a poll that failed for records which can't be read, and which the next polls leave out.
     *
     * @param retry how long they are left out
     */
    public void noteUnreadable(Throwable failure, Duration retry) {
        failed(Outage.Stage.POLL, thread(), failure, retry.multipliedBy(2));
    }

    /**
     * Takes note of a login that was refused, and is not tried again with the next polls.
     *
     * @param retry how long it is not
     */
    public void noteRefused(Throwable failure, Duration retry) {
        failed(Outage.Stage.POLL, thread(), failure, retry.multipliedBy(2).plus(QUIET_LOGINS));
    }

    /** Takes note that the stage works for the calling thread. */
    public void works(Outage.Stage stage) {
        works(stage, thread());
    }

    /** Takes note that the stage works for this owner. */
    public synchronized void works(Outage.Stage stage, String owner) {
        OngoingOutage past = current.get(stage);
        if (past == null) {
            return;
        }
        String who = stage.isCommon() ? ANYBODY : owner;
        Long unprovenUntil = past.failing.get(who);
        if (unprovenUntil != null && unprovenUntil - nanoTime.getAsLong() > 0) {
            return;
        }
        if (past.failing.remove(who) != null && stage.isByTopic()) {
            events.addForTopic(stage.up(), owner, "found");
        }
        if (!past.failing.isEmpty()) {
            return;
        }
        current.remove(stage);
        FailureNotice.Past over = past.notice.worked();
        if (over != null) {
            String text = "works again after " + over.lasted().toSeconds() + " s and " + over.failures() + " attempts";
            log.info("{} {}", stage.activity(), text);
            if (!stage.isByTopic()) {
                events.add(stage.up(), text);
            }
        }
    }

    /** Whether the stage fails for the calling thread. */
    public synchronized boolean isFailing(Outage.Stage stage) {
        OngoingOutage one = current.get(stage);
        return one != null && one.failing.containsKey(stage.isCommon() ? ANYBODY : thread());
    }

    /** Whether the stage fails for the calling thread, and the last failure is older than this. */
    public synchronized boolean isQuiet(Outage.Stage stage, Duration age) {
        OngoingOutage one = current.get(stage);
        Long failed = one == null ? null : one.failing.get(thread());
        return failed != null && nanoTime.getAsLong() - failed >= age.toNanos();
    }

    /** Forgets the outages of records' ways, because this instance has nothing left to take further. */
    public synchronized void clear() {
        current.keySet().removeIf(Outage.Stage::isOfRecords);
    }

    /**
     * Forgets the outages of the calling thread's records, because partitions were taken from it: if what failed was theirs,
     * nothing of this thread would ever show that it works again; and if not, it is noted again with the next attempt.
     */
    public synchronized void leave() {
        current.entrySet()
                .removeIf(entry -> entry.getKey().isOfRecords()
                        && entry.getValue().failing.remove(thread()) != null
                        && entry.getValue().failing.isEmpty());
    }

    private synchronized void failed(Outage.Stage stage, String owner, Throwable failure, Duration unproven) {
        OngoingOutage outage = current.computeIfAbsent(stage, key -> new OngoingOutage(clock.instant(), nanoTime));
        Long before = outage.failing.put(stage.isCommon() ? ANYBODY : owner, nanoTime.getAsLong() + unproven.toNanos());
        outage.reason = FailureText.of(failure);
        if (before == null && stage.isByTopic()) {
            events.addForTopic(stage.down(), owner, outage.reason);
        }
        switch (outage.notice.failed()) {
            case BEGINS -> {
                log.warn(
                        "{} fails and is tried again until it works; nothing is skipped: {}",
                        stage.activity(),
                        outage.reason);
                if (!stage.isByTopic()) {
                    events.add(stage.down(), outage.reason);
                }
            }
            case REMINDS -> log.warn("{} still fails, since {}: {}", stage.activity(), outage.since, outage.reason);
            case SILENT -> {}
        }
    }

    /** Name of the calling thread, which a consumer's thread shares with the one that it replaces. */
    static String thread() {
        return REPLACEMENT.matcher(Thread.currentThread().getName()).replaceFirst("");
    }
}
