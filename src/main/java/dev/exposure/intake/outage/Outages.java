package dev.exposure.intake.outage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what does not work at the moment, and says so once when it begins, at most once a minute while it lasts, and when
 * it is over. Safe for use by all consumer threads.
 */
public final class Outages {

    private static final Logger log = LoggerFactory.getLogger(Outages.class);
    private static final Duration REMINDER = Duration.ofMinutes(1);
    private static final Duration OTHER_REASON = Duration.ofSeconds(15);

    /** Longest wait of a client before it connects again, and a little more. */
    private static final Duration QUIET_LOGINS = Duration.ofSeconds(6);

    private final EventLog events;
    private final Clock clock;
    private final Map<Outage.Stage, Outage> current = new EnumMap<>(Outage.Stage.class);
    private final Map<Outage.Stage, Instant> lastSaid = new EnumMap<>(Outage.Stage.class);
    private Instant pollsProveNothingUntil = Instant.MIN;
    private final Map<Outage.Stage, Set<Thread>> failing = new EnumMap<>(Outage.Stage.class);

    public Outages(EventLog events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /** What does not work now; empty when records flow. */
    public synchronized List<Outage> current() {
        return List.copyOf(current.values());
    }

    /**
     * Runs one step of the records' way and takes note of how it went.
     *
     * @throws StageFailure when the step throws anything but an {@link Error}
     */
    public <T> T attempt(Outage.Stage stage, Supplier<T> step) {
        T result;
        try {
            result = step.get();
        } catch (RuntimeException ex) {
            failed(stage, ex);
            throw new StageFailure(stage, ex);
        }
        succeeded(stage);
        return result;
    }

    /** Takes note of a failure outside of any step. */
    public void note(Outage.Stage stage, Throwable failure) {
        failed(stage, failure);
    }

    /**
     * Takes note of a poll that failed for records which can't be read, and which the next polls leave out.
     *
     * @param retry how long they are left out
     */
    public synchronized void noteUnreadable(Throwable failure, Duration retry) {
        pollsProveNothingUntil = clock.instant().plus(retry.multipliedBy(2));
        failed(Outage.Stage.POLL, failure);
    }

    /**
     * Takes note of a login that was refused, and is not tried again with the next polls.
     *
     * @param retry how long it is not
     */
    public synchronized void noteRefused(Throwable failure, Duration retry) {
        pollsProveNothingUntil = clock.instant().plus(retry.multipliedBy(2)).plus(QUIET_LOGINS);
        failed(Outage.Stage.POLL, failure);
    }

    /** Takes note that the stage works. */
    public void works(Outage.Stage stage) {
        succeeded(stage);
    }

    /** Forgets the outages of records' ways, because this instance has nothing left to take further. */
    public synchronized void clear() {
        current.keySet().removeIf(stage -> stage != Outage.Stage.MEMBERS); // which the watch ends
        failing.clear();
    }

    /**
     * Forgets the outages of the calling thread's records, because partitions were taken from it: if what failed was theirs,
     * nothing of this thread would ever show that it works again; and if not, it is noted again with the next attempt.
     */
    public synchronized void leave() {
        failing.forEach((stage, threads) -> {
            if (stage.isByThread() && threads.remove(Thread.currentThread()) && threads.isEmpty()) {
                current.remove(stage);
            }
        });
    }

    private synchronized void failed(Outage.Stage stage, Throwable failure) {
        failing.computeIfAbsent(stage, key -> new HashSet<>()).add(Thread.currentThread());
        Instant now = clock.instant();
        String reason = FailureText.of(failure);
        Outage past = current.get(stage);
        if (past == null) {
            current.put(stage, new Outage(stage, now, 1, reason));
            lastSaid.put(stage, now);
            log.warn("{} fails and is tried again until it works; nothing is skipped: {}", stage.activity(), reason);
            events.add(stage.down(), reason);
            return;
        }
        current.put(stage, new Outage(stage, past.since(), past.attempts() + 1, reason));
        Duration pause = reason.equals(past.reason()) ? REMINDER : OTHER_REASON;
        if (lastSaid.getOrDefault(stage, Instant.EPOCH).isBefore(now.minus(pause))) {
            lastSaid.put(stage, now);
            log.warn("{} still fails, since {}: {}", stage.activity(), past.since(), reason);
        }
    }

    private synchronized void succeeded(Outage.Stage stage) {
        if (stage == Outage.Stage.POLL && pollsProveNothingUntil.isAfter(clock.instant())) {
            return;
        }
        Set<Thread> threads = failing.computeIfAbsent(stage, key -> new HashSet<>());
        threads.removeIf(thread -> thread.equals(Thread.currentThread()) || !stage.isByThread() || !thread.isAlive());
        if (!threads.isEmpty()) {
            return; // what works for this thread's records does not work for another's
        }
        Outage past = current.remove(stage);
        if (past != null) {
            long seconds = Duration.between(past.since(), clock.instant()).toSeconds();
            String text = "works again after " + seconds + " s and " + past.attempts() + " attempts";
            log.info("{} {}", stage.activity(), text);
            events.add(stage.up(), text);
        }
    }
}
