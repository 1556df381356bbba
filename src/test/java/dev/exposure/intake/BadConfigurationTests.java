package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.exposure.intake.testing.Service;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What can't heal fails the start with one message that names the property, the value and what is allowed. */
@ExtendWith(OutputCaptureExtension.class)
class BadConfigurationTests {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            intake.initial-position                                | sometimes | earliest, latest, a positive duration
            intake.initial-position                                | PT-1H     | earliest, latest, a positive duration
            intake.initial-position                                | 2026-11-22T08:00 | an instant with offset
            intake.topics                                          | ''        | at least one topic
            intake.topics                                          | 'a, a'    | must not name a topic twice
            intake.topics                                          | a/b       | Kafka topic names
            intake.partition-detection                             | PT-3S     | must be from 100ms to 5m
            intake.partition-detection                             | soon      | is not a valid duration
            intake.lag.interval                                    | PT-5S     | 100
            intake.dead-letter.topic-suffix                        | ''        | letters, digits
            intake.retry.max-delay                                 | PT-1S     | must be from 1s to 5m
            intake.operator.username                               | ops       | intake.operator.password is not
            intake.delivery.type                                   | redis     | must be jdbc or kafka
            intake.dedupe.window                                   | PT-1H     | 0 (off), or a duration from 1m to 31d
            intake.dedupe.window                                   | PT59S     | 0 (off), or a duration from 1m to 31d
            intake.dedupe.window                                   | PT768H    | 0 (off), or a duration from 1m to 31d
            intake.dedupe.window                                   | sometimes | is not a valid duration
            intake.count.retention                                 | PT59M     | must be 0 (keep all) or at least 1h
            intake.count.retention                                 | PT-1H     | must be 0 (keep all) or at least 1h
            intake.format.max-line-size                            | -1B       | intake.format.max-line-size
            spring.kafka.consumer.auto-offset-reset                | latest    | intake.initial-position
            spring.kafka.consumer.auto-offset-reset                | none      | intake.initial-position
            spring.kafka.consumer.properties.auto.offset.reset     | latest    | intake.initial-position
            spring.kafka.consumer.enable-auto-commit               | true      | only false is allowed
            spring.kafka.consumer.properties.metadata.max.age.ms   | 300000    | intake.partition-detection
            spring.kafka.consumer.properties.group.protocol        | share     | classic (the default) or consumer
            spring.kafka.consumer.group-id                         | ''        | must not be empty
            management.endpoints.web.cors.allow-credentials        | true      | only false is allowed
            spring.kafka.bootstrap-servers                         | kafka     | bootstrap.servers
            """)
    void startFailsWithOneMessageWhenAPropertyIsWrong(
            String property, String value, String allowed, CapturedOutput output) {
        Throwable failure = catchThrowable(() -> Service.start(
                        Map.of("spring.datasource.url", Service.h2(directory.resolve("counts")), property, value))
                .close());

        assertThat(failure).as("the start fails").isNotNull();
        String said = output.getAll();
        assertThat(said).containsOnlyOnce("APPLICATION FAILED TO START");
        String message = said.substring(said.indexOf("APPLICATION FAILED TO START"));
        assertThat(message).contains(allowed);
        // Kafka's own message names its own property.
        if (!property.equals("spring.kafka.bootstrap-servers")) {
            assertThat(message).contains(property.replace(".properties.auto.offset.reset", ".auto-offset-reset"));
            // What stands where an operator's name should be may be the password.
            if (!property.startsWith("intake.operator.")) {
                assertThat(message).contains(value);
            }
        }
        // Not any trace: a client of another test in this JVM may log its own while logging is being set up.
        assertThat(said).as("no stack trace of the start").doesNotContain("at " + SpringApplication.class.getName());
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgres://db:5432/ads?user=somebody&password=secret-of-ours, which begins with jdbc:postgres:",
        "jdbc:postgresql://db:notaport/ads?password=secret-of-ours, which begins with jdbc:postgresql:",
        "postgresql://somebody:secret-of-ours@db/ads, No JDBC driver takes spring.datasource.url: it",
    })
    void startFailsWithOneMessageThatShowsNoPasswordWhenNoDriverTakesTheUrl(
            String url, String shown, CapturedOutput output) {
        Throwable failure = catchThrowable(
                () -> Service.start(Map.of("spring.datasource.url", url)).close());

        assertThat(failure).as("the start fails").isNotNull();
        String said = output.getAll();
        assertThat(said).containsOnlyOnce("APPLICATION FAILED TO START");
        assertThat(said.substring(said.indexOf("APPLICATION FAILED TO START")))
                .contains("spring.datasource.url", shown, "jdbc:postgresql: or jdbc:h2:")
                .doesNotContain("secret-of-ours");
    }

    @Test
    void startFailsWithOneMessageWhenAPropertyIsUnknown(CapturedOutput output) {
        Throwable failure = catchThrowable(() -> Service.start(Map.of("intake.operator.pasword", "secret-of-ours"))
                .close());

        assertThat(failure).as("the start fails").isNotNull();
        String said = output.getAll();
        assertThat(said).containsOnlyOnce("APPLICATION FAILED TO START");
        assertThat(said.substring(said.indexOf("APPLICATION FAILED TO START")))
                .contains("intake.operator.pasword", "Did you mean intake.operator.password?")
                .doesNotContain("secret-of-ours");
    }
}
