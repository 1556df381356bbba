package dev.exposure.intake.outage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the sink that have begun but not ended, and how much of their time the processor takes. A long wait is
 * shown while it lasts. Thread-safe.
 */
final class WaitingWrites {

    private static final Duration LATE = Duration.ofSeconds(3);

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<String, Wait> waits = new ConcurrentHashMap<>();

    /**
     * What an owner waits for.
     *
     * @param outer wait that goes on afterwards, or null
     */
    private record Wait(
            Outage.Stage stage,
            Instant since,
            long begun,
            @Nullable Wait outer) {}

    WaitingWrites(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Begins to wait for the stage, inside the owner's current wait if there is one. */
    void begins(Outage.Stage stage, String owner) {
        waits.compute(owner, (key, outer) -> new Wait(stage, clock.instant(), nanoTime.getAsLong(), outer));
    }

    /** Ends the wait that began last; its time does not count for the outer wait. */
    void ends(String owner) {
        long now = nanoTime.getAsLong();
        waits.computeIfPresent(owner, (key, wait) -> {
            Wait outer = wait.outer;
            return outer == null
                    ? null
                    : new Wait(outer.stage, outer.since, outer.begun + now - wait.begun, outer.outer);
        });
    }

    /** The longest wait for this stage, if it is late. */
    Optional<Outage> late(Outage.Stage stage) {
        long now = nanoTime.getAsLong();
        return waits.values().stream()
                .filter(wait -> wait.stage == stage)
                .max(Comparator.comparingLong(wait -> now - wait.begun))
                .filter(wait -> now - wait.begun >= LATE.toNanos())
                .map(wait -> new Outage(
                        stage,
                        wait.since,
                        1,
                        "has not answered for "
                                + Duration.ofNanos(now - wait.begun).toSeconds() + " s"));
    }
}
