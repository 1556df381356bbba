package dev.exposure.intake.partition;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.UniqueElements;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What is consumed and from where.
 *
 * @param topics Topics to consume; they have to exist, the service creates none.
 * @param initialPosition Where the group starts the first time it ever reads a topic: earliest, latest, a duration to go
 *     back (PT1H) or an instant with offset. Partitions added later are always read from their first record.
 * @param partitionDetection How often new partitions are looked for: the consumer's metadata.max.age.ms, and the
 *     interval of the watch; from 100 ms to 5 minutes.
 */
@Validated
@ConfigurationProperties("intake")
public record IntakeProperties(
        @DefaultValue("ad-exposure")
        @NotEmpty(message = "must name at least one topic")
        @UniqueElements(message = "must not name a topic twice")
        List<
                        @NotBlank(message = "must not hold an empty name")
                        @Pattern(
                                regexp = "\\s*|(?!\\.\\.?$)[a-zA-Z0-9._-]{1,249}",
                                message = "must hold Kafka topic names: letters, digits, '.', '_' and '-', at most 249")
                        String>
                topics,

        @DefaultValue("earliest") InitialPosition initialPosition,

        @DefaultValue("1s")
        @DurationMin(millis = 100, message = "must be from 100ms to 5m")
        @DurationMax(minutes = 5, message = "must be from 100ms to 5m")
        Duration partitionDetection) {}
