package com.example.pacing;

import dev.exposure.intake.process.ExposureProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/**
 * The application, whose process dies after it has processed exposures and before the transaction commits. It is no
 * {@code @Configuration}, which the application itself would find next to its own classes.
 */
@Import(PacingApplication.class)
class HaltingApplication {

    static final int EXIT_CODE = 42;

    public static void main(String[] args) {
        SpringApplication.run(HaltingApplication.class, args);
    }

    /** Halts as kill -9 does: no shutdown hook runs, nothing is rolled back or closed. */
    @Bean
    @Primary
    ExposureProcessor haltingProcessor(PacingProcessor pacing) {
        return exposures -> {
            pacing.process(exposures);
            Runtime.getRuntime().halt(EXIT_CODE);
        };
    }
}
