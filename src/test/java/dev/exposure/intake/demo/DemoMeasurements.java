package dev.exposure.intake.demo;

import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.lag.LagSnapshot;
import dev.exposure.intake.lag.LagSource;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.testing.TestBroker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the demo's figures where they are true: the table, the dead-letter topic, the service's own counters. */
final class DemoMeasurements {

    private final TestBroker broker;
    private final ConfigurableApplicationContext context;
    private final String deadLetterTopic;

    DemoMeasurements(TestBroker broker, ConfigurableApplicationContext context, String deadLetterTopic) {
        this.broker = broker;
        this.context = context;
        this.deadLetterTopic = deadLetterTopic;
    }

    Balance balance(long written) {
        return new Balance(written, counted(), deadLettered(), outcome("test"));
    }

    /** What the service says of itself, by what it has stored with the positions. */
    OwnAccount ownAccount() {
        Delivery delivery = context.getBean(Delivery.class);
        return new OwnAccount(Objects.requireNonNull(delivery.accounts()), delivery.sumCounts());
    }

    /** One line that says how things stand. */
    String line(long written) {
        Balance balance = balance(written);
        LagSnapshot lag = context.getBean(LagSource.class).latest();
        return String.format(
                Locale.ROOT,
                "written %,9d | counted %,9d | dead-lettered %,5d | test %,6d | lag %s | partitions owned %d",
                balance.written(),
                balance.counted(),
                balance.deadLettered(),
                balance.tests(),
                lag == null ? "?" : String.format(Locale.ROOT, "%,6d", lag.totalLag()),
                context.getBean(Assignment.class).ids().size());
    }

    private long counted() {
        Long sum = context.getBean(JdbcTemplate.class)
                .queryForObject("select coalesce(sum(exposures), 0) from exposure_count", Long.class);
        return sum == null ? 0 : sum;
    }

    private long deadLettered() {
        try {
            return broker.admin()
                    .listOffsets(Map.of(new TopicPartition(deadLetterTopic, 0), OffsetSpec.latest()))
                    .all()
                    .get(10, TimeUnit.SECONDS)
                    .values()
                    .iterator()
                    .next()
                    .offset();
        } catch (Exception ex) {
            throw new IllegalStateException("The dead-letter topic can't be read", ex);
        }
    }

    private long outcome(String outcome) {
        return (long) context.getBean(MeterRegistry.class)
                .get("intake.records")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
