package dev.exposure.intake.balance;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the balance is read.
 *
 * @param interval how often it is read from the database, from 100ms to 1d
 */
@Validated
@ConfigurationProperties("intake.balance")
record BalanceProperties(
        @DefaultValue("10s")
        @DurationMin(millis = 100, message = BalanceProperties.ALLOWED)
        @DurationMax(days = 1, message = BalanceProperties.ALLOWED)
        Duration interval) {

    static final String ALLOWED = "must be a duration from 100ms to 1d, such as 10s";
}
