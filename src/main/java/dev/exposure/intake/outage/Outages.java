package dev.exposure.intake.outage;

import dev.exposure.intake.partition.PartitionId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the current outages, and logs each once when it begins, at most every 10 minutes while it lasts, and once when
 * it is over. An outage is over when every owner that failed has succeeded: what works for one consumer thread, or for the
 * records of one partition, may still fail for another. Safe for use by all threads.
 */
public final class Outages {

    /** Longest wait of a client before it connects again, and a little more. */
    private static final Duration QUIET_LOGINS = Duration.ofSeconds(6);

    private static final String ANYBODY = "";

    private final EventLog events;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<Outage.Stage, OngoingOutage> current = new EnumMap<>(Outage.Stage.class);
    private final Map<String, Set<PartitionId>> inProgress = new HashMap<>();
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

    /** Current outages, late writes included; empty when records flow. */
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
     * Runs one processing step for the calling thread and takes note of how it went.
     *
     * @throws StageFailure when the step throws anything but an {@link Error}
     */
    public <T> T attempt(Outage.Stage stage, Supplier<T> step) {
        return attempt(stage, thread(), step);
    }

    /**
     * Runs one step and takes note of how it went.
     *
     * @param owner owner of the step; only a later success of the same owner ends its outage
     * @throws StageFailure when the step throws anything but an {@link Error}
     */
    public <T> T attempt(Outage.Stage stage, String owner, Supplier<T> step) {
        return attempt(stage, owner, step, failure -> stage);
    }

    /**
     * Runs one step for the calling thread and takes note of how it went; its failures may belong to another stage.
     *
     * @param stageOf stage that a failure belongs to, or null when it is no outage and is thrown as it is
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
     * Runs a part of the calling thread's step; if it takes long, this stage is shown as late instead of the step's.
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
     * Takes note of a poll that failed because of records that can't be read; the next polls leave them out.
     *
     * @param retry how long they are left out
     */
    public void noteUnreadable(Throwable failure, Duration retry) {
        failed(Outage.Stage.POLL, thread(), failure, retry.multipliedBy(2));
    }

    /**
     * Takes note of a refused login; the next polls do not try it again.
     *
     * @param retry time until the next try
     */
    public void noteRefused(Throwable failure, Duration retry) {
        failed(Outage.Stage.POLL, thread(), failure, retry.multipliedBy(2).plus(QUIET_LOGINS));
    }

    /**
     * Takes note of whose records the calling thread processes now: until {@link #end}, a success ends only outages of these
     * partitions. Those of others may still fail.
     */
    public synchronized void begin(Set<PartitionId> partitions) {
        inProgress.put(thread(), partitions);
    }

    /** Takes note that the calling thread has finished with the records, in whatever way. */
    public synchronized void end() {
        inProgress.remove(thread());
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
        if (past.worked(stage.isCommon() ? ANYBODY : owner, partitionsOf(stage, owner)) && stage.isByTopic()) {
            events.addForTopic(stage.up(), owner, "found");
        }
        if (!past.failing.isEmpty()) {
            return;
        }
        current.remove(stage);
        past.tellEnd();
    }

    /** Whether the stage fails for the calling thread. */
    public synchronized boolean isFailing(Outage.Stage stage) {
        OngoingOutage one = current.get(stage);
        return one != null && one.failing.containsKey(stage.isCommon() ? ANYBODY : thread());
    }

    /** Whether records fail for the calling thread, whichever stage it is that fails. */
    public synchronized boolean isFailing() {
        return current.entrySet().stream()
                .anyMatch(one ->
                        one.getKey().isOfRecords() && one.getValue().failing.containsKey(thread()));
    }

    /** Whether the stage fails for the calling thread, and the last failure is older than this. */
    public synchronized boolean isQuiet(Outage.Stage stage, Duration age) {
        OngoingOutage one = current.get(stage);
        Long failed = one == null ? null : one.failing.get(thread());
        return failed != null && nanoTime.getAsLong() - failed >= age.toNanos();
    }

    /** Forgets the outages of processing records, because this instance has nothing left to process. */
    public synchronized void clear() {
        current.keySet().removeIf(Outage.Stage::isOfRecords);
    }

    /**
     * Forgets the outages of the calling thread's records, because partitions were taken from it. If their records
     * failed, no later success would end the outage; if others failed, the next attempt notes it again.
     */
    public synchronized void leave() {
        current.entrySet()
                .removeIf(entry -> entry.getKey().isOfRecords()
                        && entry.getValue().forget(thread())
                        && entry.getValue().failing.isEmpty());
    }

    private synchronized void failed(Outage.Stage stage, String owner, Throwable failure, Duration unproven) {
        OngoingOutage outage =
                current.computeIfAbsent(stage, key -> new OngoingOutage(stage, events, clock.instant(), nanoTime));
        boolean begins = outage.failed(stage.isCommon() ? ANYBODY : owner, unproven, partitionsOf(stage, owner));
        outage.reason = FailureText.of(failure);
        if (begins && stage.isByTopic()) {
            events.addForTopic(stage.down(), owner, outage.reason);
        }
        outage.tellFailure();
    }

    /** Partitions whose records the calling thread processes, if an outage of the stage is theirs alone. */
    private @Nullable Set<PartitionId> partitionsOf(Outage.Stage stage, String owner) {
        return stage.isOfRecords() ? inProgress.get(owner) : null;
    }

    private static String thread() {
        return ConsumerThread.name();
    }
}
