package dev.exposure.intake.consumer;

import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.BooleanSupplier;

/** Gauges of 1 or 0: whether processor, sink and brokers work, and whether the service is paused. */
final class ConditionMeters implements MeterBinder {

    private final Outages outages;
    private final Consumption consumption;
    private final PauseControl pause;

    ConditionMeters(Outages outages, Consumption consumption, PauseControl pause) {
        this.outages = outages;
        this.consumption = consumption;
        this.pause = pause;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                "intake.processor.up",
                "Whether the processor takes what it is given",
                () -> works(Outage.Stage.PROCESSOR));
        gauge(
                registry,
                "intake.sink.up",
                "Whether the last write to the sink went through",
                () -> works(Outage.Stage.SINK));
        gauge(
                registry,
                "intake.broker.up",
                "Whether Kafka answers what it is asked about the topics",
                consumption::isKafkaAnswering);
        gauge(registry, "intake.paused", "Whether an operator has paused consumption", pause::isPausedByOperator);
    }

    private boolean works(Outage.Stage stage) {
        return outages.current().stream().noneMatch(outage -> outage.stage() == stage);
    }

    private static void gauge(MeterRegistry registry, String name, String description, BooleanSupplier holds) {
        Gauge.builder(name, () -> holds.getAsBoolean() ? 1 : 0)
                .description(description)
                .strongReference(true)
                .register(registry);
    }
}
