package dev.exposure.intake.actuate;

import dev.exposure.intake.consumer.Consumption;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.position.PartitionWatch;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Health of the service. {@code consumer} is in the liveness group: it is down only if a restart helps. {@code intake} is
 * in the readiness group. The others tell an operator what is wrong, and are in neither. None asks a broker or a database;
 * they report what the background threads know.
 */
@AutoConfiguration
class HealthConfiguration {

    /** Whether the consumers are alive. */
    @Bean
    HealthIndicator consumerHealthIndicator(Consumption consumption) {
        return () -> {
            String cause = consumption.causeOfDeath();
            return cause.isEmpty()
                    ? Health.up().build()
                    : Health.down().withDetail("cause", cause).build();
        };
    }

    /** Whether this instance has finished its start and joined the group. */
    @Bean
    HealthIndicator intakeHealthIndicator(Consumption consumption) {
        return () -> {
            Health.Builder health = consumption.isReady() ? Health.up() : Health.outOfService();
            health.withDetail("state", consumption.state());
            consumption
                    .outages()
                    .forEach(outage -> health.withDetail(outage.stage().name(), outage.reason()));
            return health.build();
        };
    }

    /** Whether the brokers answer. */
    @Bean
    HealthIndicator kafkaHealthIndicator(Consumption consumption, PartitionWatch watch) {
        return () -> {
            PartitionWatch.Unreachable unreachable = watch.unreachable();
            return unreachable == null
                    ? of(consumption, Outage.Stage.POSITIONS, Outage.Stage.POLL)
                    : Health.down()
                            .withDetail("since", unreachable.since())
                            .withDetail("cause", unreachable.reason())
                            .build();
        };
    }

    /** Whether the last write to the sink went through, and the sink can serve all members of the group. */
    @Bean
    HealthIndicator sinkHealthIndicator(Consumption consumption) {
        return () -> of(consumption, Outage.Stage.SINK, Outage.Stage.MEMBERS);
    }

    /** Whether the processor takes what it is given. */
    @Bean
    HealthIndicator processorHealthIndicator(Consumption consumption) {
        return () -> of(consumption, Outage.Stage.PROCESSOR);
    }

    /** Whether the last dead letter could be published. */
    @Bean
    HealthIndicator deadLettersHealthIndicator(Consumption consumption) {
        return () -> of(consumption, Outage.Stage.DEAD_LETTERS);
    }

    private static Health of(Consumption consumption, Outage.Stage... stages) {
        return consumption.outages().stream()
                .filter(outage -> List.of(stages).contains(outage.stage()))
                .findFirst()
                .map(outage -> Health.down()
                        .withDetail("since", outage.since())
                        .withDetail("attempts", outage.attempts())
                        .withDetail("cause", outage.reason())
                        .build())
                .orElseGet(() -> Health.up().build());
    }
}
