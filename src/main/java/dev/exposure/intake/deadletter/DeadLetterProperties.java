package dev.exposure.intake.deadletter;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where records without a usable exposure go.
 *
 * @param topicSuffix Text appended to a topic's name to make the name of its dead-letter topic, which has to exist; letters,
 *     digits, '.', '_' and '-'.
 * @param maxRequestSize Largest dead letter, uncompressed, that the service tries to publish whole; a larger one is published
 *     with the head of its value. From 1 MB to 1 GB; brokers refuse requests of more than socket.request.max.bytes, 100 MB by
 *     default.
 */
@Validated
@ConfigurationProperties("intake.dead-letter")
public record DeadLetterProperties(
        @DefaultValue(".dlt")
        @Pattern(
                regexp = "[a-zA-Z0-9._-]{1,100}",
                message = "must be 1 to 100 letters, digits, '.', '_' or '-': it is appended to the topic's name")
        String topicSuffix,

        @DefaultValue("64MB") DataSize maxRequestSize) {

    /** Bean Validation has no constraint for sizes. */
    @AssertTrue(message = "must be from 1MB to 1GB")
    boolean isMaxRequestSizeInRange() {
        return maxRequestSize.toMegabytes() >= 1 && maxRequestSize.toMegabytes() <= 1024;
    }
}
