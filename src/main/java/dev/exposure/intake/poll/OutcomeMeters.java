package dev.exposure.intake.poll;

import dev.exposure.intake.deadletter.RejectedRecord;
import dev.exposure.intake.decode.Rejection;
import dev.exposure.intake.delivery.DeliveryResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Metrics about what became of the records; all counters exist from the start, so that an increase from zero is seen. */
final class OutcomeMeters {

    private static final Duration[] BATCH_BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final Counter processed;
    private final Counter duplicates;
    private final Counter duplicatesById;
    private final Counter tests;
    private final Counter deadLetters;
    private final Map<Rejection.Reason, Counter> byReason = new EnumMap<>(Rejection.Reason.class);
    private final Timer batch;

    OutcomeMeters(MeterRegistry registry) {
        this.registry = registry;
        this.processed = outcome("counted");
        this.duplicates = outcome("duplicate");
        this.duplicatesById = Counter.builder("intake.dedupe.duplicates")
                .description("Duplicates told by their exposure id: written to Kafka twice, not read twice")
                .register(registry);
        this.tests = outcome("test");
        this.deadLetters = outcome("dead_letter");
        for (Rejection.Reason reason : Rejection.Reason.values()) {
            byReason.put(
                    reason,
                    Counter.builder("intake.dead.letters")
                            .tag("reason", reason.name())
                            .description("Records dead-lettered, by the reason why they hold no usable exposure")
                            .register(registry));
        }
        this.batch = Timer.builder("intake.batch")
                .description("Time to take one poll's records all the way, commit included")
                .serviceLevelObjectives(BATCH_BUCKETS)
                .register(registry);
    }

    private Counter outcome(String outcome) {
        return Counter.builder("intake.records")
                .tag("outcome", outcome)
                .description("Records taken, by what became of them")
                .register(registry);
    }

    /** Counts a poll once all of it is settled. */
    void settled(DeliveryResult result, List<RejectedRecord> rejected) {
        processed.increment((double) result.processed());
        duplicates.increment((double) result.duplicates());
        duplicatesById.increment((double) result.duplicatesById());
        tests.increment((double) result.tests());
        deadLetters.increment(rejected.size());
        for (RejectedRecord one : rejected) {
            Counter counter = byReason.get(one.rejection().reason());
            if (counter != null) {
                counter.increment();
            }
        }
    }

    Timer.Sample startBatch() {
        return Timer.start(registry);
    }

    void endBatch(Timer.Sample sample) {
        sample.stop(batch);
    }
}
