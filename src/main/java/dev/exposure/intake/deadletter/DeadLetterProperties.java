package dev.exposure.intake.deadletter;

import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where records go that hold no usable exposure.
 *
 * @param topicSuffix Text appended to a topic's name to make the name of its dead-letter topic, which has to exist; letters,
 *     digits, '.', '_' and '-'.
 */
@Validated
@ConfigurationProperties("intake.dead-letter")
public record DeadLetterProperties(
        @DefaultValue(".dlt")
        @Pattern(
                regexp = "[a-zA-Z0-9._-]{1,100}",
                message = "must be 1 to 100 letters, digits, '.', '_' or '-': it is appended to the topic's name")
        String topicSuffix) {}
