package dev.exposure.intake.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Times the sink's writes by outcome; both outcomes are there from the start, so that a rate is never missing. */
public final class DeliveryTimer {

    /** From a write of few records in an idle database to the limit of a write. */
    private static final Duration[] BUCKETS = LongStream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Timer success;
    private final Timer failure;

    public DeliveryTimer(MeterRegistry registry, String sink) {
        this.success = timer(registry, sink, "success");
        this.failure = timer(registry, sink, "failure");
    }

    public <T> T time(Supplier<T> write) {
        Timer.Sample sample = Timer.start();
        Timer outcome = failure;
        try {
            T result = write.get();
            outcome = success;
            return result;
        } finally {
            sample.stop(outcome);
        }
    }

    private static Timer timer(MeterRegistry registry, String sink, String outcome) {
        return Timer.builder("intake.sink.write")
                .description("Time that the sink takes to store what a poll brought")
                .tag("sink", sink)
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
