package dev.exposure.intake.position;

import dev.exposure.intake.partition.PartitionId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Partitions whose start is not decided, and when each is tried again.
 *
 * <p>A partition whose leader does not answer must not hold up the consumer thread of the others. So the first wait is
 * short and each next one longer, with pauses four times as long as the last wait. Thread-safe.
 */
final class UndecidedStarts {

    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int PAUSES_PER_WAIT = 4;
    private static final Duration FIRST_WAIT = PAUSE.dividedBy(PAUSES_PER_WAIT);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(4);

    private final LongSupplier nanoTime;
    private final Map<PartitionId, Attempt> attempts = new ConcurrentHashMap<>();

    /** When the next attempt is due, and how long it waits; zero means the usual wait for the cluster. */
    private record Attempt(long dueNanos, Duration limit) {}

    UndecidedStarts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void add(Collection<PartitionId> ids) {
        Attempt now = new Attempt(nanoTime.getAsLong(), Duration.ZERO);
        ids.forEach(id -> attempts.put(id, now));
    }

    void remove(Collection<PartitionId> ids) {
        attempts.keySet().removeAll(ids);
    }

    boolean isEmpty() {
        return attempts.isEmpty();
    }

    boolean contains(PartitionId id) {
        return attempts.containsKey(id);
    }

    /** Partitions to try now: those that are due; or, if some are urgent, these and all others that have not failed yet. */
    Set<PartitionId> due(Collection<PartitionId> owned, Set<PartitionId> urgent) {
        Set<PartitionId> due = new TreeSet<>(urgent);
        if (!attempts.isEmpty()) {
            long now = nanoTime.getAsLong();
            for (PartitionId id : owned) {
                Attempt attempt = attempts.get(id);
                if (attempt != null
                        && (urgent.isEmpty()
                                ? now - attempt.dueNanos() >= 0
                                : attempt.limit().isZero())) {
                    due.add(id);
                }
            }
        }
        return due;
    }

    /** Puts off the next attempt for these; returns how long this one may wait. */
    Duration begin(Set<PartitionId> due, Set<PartitionId> urgent, Duration usual) {
        long next = nanoTime.getAsLong() + PAUSE.toNanos();
        Duration longest = Duration.ZERO;
        boolean asUsual = !urgent.isEmpty();
        for (PartitionId id : due) {
            Attempt attempt = attempts.computeIfPresent(id, (key, before) -> new Attempt(next, before.limit()));
            asUsual |= attempt == null || attempt.limit().isZero();
            longest = attempt == null || longest.compareTo(attempt.limit()) > 0 ? longest : attempt.limit();
        }
        return asUsual || longest.compareTo(usual) > 0 ? usual : longest;
    }

    /** Begins to decide these; a partition that is added again meanwhile stays undecided. */
    Round round(Collection<PartitionId> ids) {
        Map<PartitionId, Attempt> begun = new HashMap<>();
        for (PartitionId id : ids) {
            Attempt attempt = attempts.get(id);
            if (attempt != null) {
                begun.put(id, attempt);
            }
        }
        return new Round(begun);
    }

    /** One attempt at some of the partitions. */
    final class Round {

        private final Map<PartitionId, Attempt> begun;

        private Round(Map<PartitionId, Attempt> begun) {
            this.begun = begun;
        }

        /** Takes note that these are decided, and that the others got no answer. */
        void decided(Set<PartitionId> decided) {
            long now = nanoTime.getAsLong();
            begun.forEach((id, attempt) -> {
                if (decided.contains(id)) {
                    attempts.remove(id, attempt);
                } else {
                    Duration wait = longer(attempt.limit());
                    long pause = wait.multipliedBy(PAUSES_PER_WAIT).toNanos();
                    attempts.replace(id, attempt, new Attempt(now + pause, wait));
                }
            });
        }
    }

    private static Duration longer(Duration wait) {
        Duration doubled = wait.isZero() ? FIRST_WAIT : wait.multipliedBy(2);
        return doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
    }
}
