package dev.exposure.intake.lag;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the group's lag is sampled.
 *
 * @param interval how often lag is sampled, from 100ms to 1d
 */
@Validated
@ConfigurationProperties("intake.lag")
record LagProperties(
        @DefaultValue("5s")
        @DurationMin(millis = 100, message = LagProperties.ALLOWED)
        @DurationMax(days = 1, message = LagProperties.ALLOWED)
        Duration interval) {

    static final String ALLOWED = "must be a duration from 100ms to 1d, such as 5s";
}
