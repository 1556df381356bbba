package dev.exposure.intake.outage;

import dev.exposure.intake.partition.PartitionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An outage, the owners it affects, until when a success of each proves nothing, and which partitions' records failed. Guarded
 * by the lock of {@link Outages}.
 */
final class OngoingOutage {

    /**
     * A partition whose records fail is tried again sooner than this, whatever {@code intake.retry.max-delay} is. If it is not, its
     * records are gone, and a success of others ends the outage.
     */
    private static final Duration NEXT_TRY = Duration.ofMinutes(6);

    private static final Logger log = LoggerFactory.getLogger(Outages.class);

    final Instant since;
    final FailureNotice notice;
    final Map<String, Long> failing = new HashMap<>();
    String reason = "";
    private final Map<String, Set<PartitionId>> partitions = new HashMap<>();
    private final Outage.Stage stage;
    private final EventLog events;
    private final LongSupplier nanoTime;

    OngoingOutage(Outage.Stage stage, EventLog events, Instant since, LongSupplier nanoTime) {
        this.stage = stage;
        this.events = events;
        this.since = since;
        this.notice = new FailureNotice(FailureNotice.REMINDER, nanoTime);
        this.nanoTime = nanoTime;
    }

    /**
     * Takes note of a failure.
     *
     * @param unproven how long a success proves nothing
     * @param processed partitions whose records the owner was processing; null where it was none in particular
     * @return whether this owner has begun to fail
     */
    boolean failed(String owner, Duration unproven, @Nullable Collection<PartitionId> processed) {
        if (processed != null) {
            partitions.computeIfAbsent(owner, key -> new HashSet<>()).addAll(processed);
        }
        return failing.put(owner, nanoTime.getAsLong() + unproven.toNanos()) == null;
    }

    /**
     * Takes note of a success, which counts for the partitions that were processed: the records of others may still fail.
     *
     * @param processed partitions whose records the owner has processed; null where it was none in particular
     * @return whether this owner has failed until now and no longer does
     */
    boolean worked(String owner, @Nullable Collection<PartitionId> processed) {
        Long failed = failing.get(owner);
        if (failed == null) {
            return false;
        }
        long elapsed = nanoTime.getAsLong() - failed;
        Set<PartitionId> open = partitions.get(owner);
        if (open != null && processed != null) {
            open.removeAll(processed);
            if (!open.isEmpty() && elapsed < NEXT_TRY.toNanos()) {
                return false;
            }
        }
        if (elapsed < 0) {
            return false;
        }
        forget(owner);
        return true;
    }

    /** Logs the last failure if it is the first one, or the last reminder is long ago. */
    void tellFailure() {
        switch (notice.failed()) {
            case BEGINS -> {
                log.warn(
                        "{} fails and is tried again until it works; nothing is skipped: {}", stage.activity(), reason);
                if (!stage.isByTopic()) {
                    events.add(stage.down(), reason);
                }
            }
            case REMINDS -> log.warn("{} still fails, since {}: {}", stage.activity(), since, reason);
            case SILENT -> {}
        }
    }

    /** Logs that it is over. */
    void tellEnd() {
        FailureNotice.Past over = notice.worked();
        if (over != null) {
            String text = "works again after " + over.lasted().toSeconds() + " s and " + over.failures() + " attempts";
            log.info("{} {}", stage.activity(), text);
            if (!stage.isByTopic()) {
                events.add(stage.up(), text);
            }
        }
    }

    /** Forgets an owner; returns whether it was failing. */
    boolean forget(String owner) {
        partitions.remove(owner);
        return failing.remove(owner) != null;
    }
}
