package dev.exposure.intake.outage;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.validation.annotation.Validated;

/**
 * How failures are retried.
 *
 * @param maxDelay Longest pause between attempts, from 1 s to 5 minutes. The first pause is half a second, each next
 *     one twice as long.
 */
@Validated
@ConfigurationProperties("intake.retry")
public record RetryProperties(
        @DefaultValue("15s")
        @DurationMin(seconds = 1, message = "must be from 1s to 5m")
        @DurationMax(minutes = 5, message = "must be from 1s to 5m")
        Duration maxDelay) {

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration JITTER = Duration.ofMillis(100);

    /** Pauses between attempts, without a limit of attempts. */
    public ExponentialBackOff backOff() {
        ExponentialBackOff backOff = new ExponentialBackOff(FIRST.toMillis(), 2);
        backOff.setMaxInterval(maxDelay.toMillis());
        backOff.setJitter(JITTER.toMillis());
        return backOff;
    }
}
