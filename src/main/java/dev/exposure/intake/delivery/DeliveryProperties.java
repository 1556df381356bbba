package dev.exposure.intake.delivery;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How exposures are delivered.
 *
 * @param type Where positions are stored together with the results, which makes the processing exactly once: jdbc (H2 or
 *     PostgreSQL), or kafka (a topic of results, without any database).
 * @param kafka How the delivery of type kafka writes.
 */
@Validated
@ConfigurationProperties("intake.delivery")
public record DeliveryProperties(
        @DefaultValue("jdbc") @Pattern(regexp = "(?i)jdbc|kafka", message = "must be jdbc or kafka")
        String type,

        @DefaultValue @Valid Kafka kafka) {

    /**
     * How the delivery of type kafka writes.
     *
     * @param topic Topic that results are written to. It has to exist.
     */
    public record Kafka(
            @DefaultValue("exposure-counts")
            @Pattern(
                    regexp = "[A-Za-z0-9._-]{1,249}",
                    message = "must be a Kafka topic name: 1 to 249 letters, digits, dots, underscores or hyphens")
            String topic) {}
}
