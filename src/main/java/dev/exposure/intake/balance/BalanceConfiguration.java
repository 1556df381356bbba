package dev.exposure.intake.balance;

import dev.exposure.intake.count.CountingProcessor;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.OnDelivery;
import dev.exposure.intake.partition.ConsumerGroup;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.process.ExposureProcessor;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.scheduling.TaskScheduler;

/** Wires the balance where positions are kept in a database; Kafka's offsets have no room for an account. */
@AutoConfiguration
@Conditional(OnDelivery.Jdbc.class)
@EnableConfigurationProperties(BalanceProperties.class)
class BalanceConfiguration {

    @Bean
    BalanceSampler intakeBalanceSampler(
            Delivery delivery,
            ExposureProcessor processor,
            BalanceProperties properties,
            Clock clock,
            MeterRegistry registry,
            Assignment assignment,
            @Qualifier("intakeTaskScheduler") TaskScheduler scheduler) {
        BalanceMeters meters = new BalanceMeters(registry, assignment::ids);
        return new BalanceSampler(
                delivery,
                processor instanceof CountingProcessor,
                properties.interval(),
                clock,
                scheduler,
                meters::sampled);
    }

    @Bean
    BalanceEndpoint intakeBalanceEndpoint(ConsumerGroup group, BalanceSampler sampler) {
        return new BalanceEndpoint(group.id(), sampler);
    }
}
