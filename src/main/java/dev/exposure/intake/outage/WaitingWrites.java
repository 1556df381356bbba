package dev.exposure.intake.outage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Writes to the sink that have begun and not ended. One that waits long is shown while it waits. Thread-safe. */
final class WaitingWrites {

    private static final Duration LATE = Duration.ofSeconds(3);

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<String, Write> writes = new ConcurrentHashMap<>();

    private record Write(Instant since, long begun) {}

    WaitingWrites(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    void begins(String owner) {
        writes.put(owner, new Write(clock.instant(), nanoTime.getAsLong()));
    }

    void ends(String owner) {
        writes.remove(owner);
    }

    /** The write that has waited longest, if that is long. */
    Optional<Outage> late() {
        long now = nanoTime.getAsLong();
        return writes.values().stream()
                .max(Comparator.comparingLong(write -> now - write.begun))
                .filter(write -> now - write.begun >= LATE.toNanos())
                .map(write -> new Outage(
                        Outage.Stage.SINK,
                        write.since,
                        1,
                        "has not answered for "
                                + Duration.ofNanos(now - write.begun).toSeconds() + " s"));
    }
}
