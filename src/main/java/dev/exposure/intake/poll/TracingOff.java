package dev.exposure.intake.poll;

import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** No spans at all where tracing is off: Spring Boot's own "disabled" makes them all, and only sends none. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "management.opentelemetry.enabled", havingValue = "false")
class TracingOff {

    @Bean
    OpenTelemetry noOpenTelemetry() {
        return OpenTelemetry.noop();
    }

    @Bean
    Tracer noTracer() {
        return Tracer.NOOP;
    }
}
