package dev.exposure.intake.actuate;

import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/** Makes no spans where tracing is off: Spring Boot's own "disabled" makes them all, and only does not send them. */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE) // before the configurations that make them
@ConditionalOnProperty(name = "management.opentelemetry.enabled", havingValue = "false")
class TracingOff {

    @Bean
    @ConditionalOnMissingBean(OpenTelemetry.class)
    OpenTelemetry noOpenTelemetry() {
        return OpenTelemetry.noop();
    }

    @Bean
    @ConditionalOnMissingBean(Tracer.class)
    Tracer noTracer() {
        return Tracer.NOOP;
    }
}
