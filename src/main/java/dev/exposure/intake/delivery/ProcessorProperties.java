package dev.exposure.intake.delivery;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of the processing.
 *
 * @param timeout Limit of the transaction in which a poll is processed, from 1 s to 2 minutes; a poll that takes longer is
 *     rolled back and comes again.
 */
@Validated
@ConfigurationProperties("intake.processor")
public record ProcessorProperties(
        @DefaultValue("12s")
        @DurationMin(seconds = 1, message = "must be from 1s to 2m")
        @DurationMax(minutes = 2, message = "must be from 1s to 2m")
        Duration timeout) {}
