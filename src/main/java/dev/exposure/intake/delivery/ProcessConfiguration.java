package dev.exposure.intake.delivery;

import dev.exposure.intake.count.CountingProcessor;
import dev.exposure.intake.process.ExposureProcessor;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Provides the processor, unless a team provides its own; an auto-configuration, to be evaluated after all beans. */
@AutoConfiguration
class ProcessConfiguration {

    @Bean
    @ConditionalOnMissingBean(ExposureProcessor.class)
    CountingProcessor exposureProcessor(Delivery sink, MeterRegistry registry) {
        return new CountingProcessor(sink, registry);
    }
}
