package dev.exposure.intake.delivery;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Whether an exposure that was written to Kafka twice is counted once.
 *
 * @param window Minimum time for which a counted exposure id is not counted again, from one minute to 31 days; the same
 *     on all instances. 0, the default, counts all that was written.
 */
@ConfigurationProperties("intake.dedupe")
public record DedupeProperties(@DefaultValue("0s") Duration window) {

    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /** A longer one would keep too many rows for a database of counts. */
    private static final Duration LONGEST = Duration.ofDays(31);

    /** Stops the start unless the window can be used. */
    public DedupeProperties {
        if (!window.isZero() && (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0)) {
            throw new InvalidConfigurationPropertyValueException(
                    "intake.dedupe.window", window, "Allowed: 0 (off), or a duration from 1m to 31d, such as PT1H.");
        }
    }
}
