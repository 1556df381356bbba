package dev.exposure.intake.delivery.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.delivery.DedupeProperties;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class DedupePropertiesTests {

    private final ApplicationContextRunner contexts =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @Test
    void windowIsZeroWhenNotSet() {
        contexts.run(context ->
                assertThat(context.getBean(DedupeProperties.class).window()).isEqualTo(Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({"0, PT0S", "0s, PT0S", "PT0S, PT0S", "1m, PT1M", "PT1H, PT1H", "7d, PT168H", "31d, P31D"})
    void windowIsTakenWhenInRange(String value, Duration window) {
        contexts.withPropertyValues("intake.dedupe.window=" + value)
                .run(context -> assertThat(
                                context.getBean(DedupeProperties.class).window())
                        .isEqualTo(window));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1ms", "59999ms", "-1h", "P32D", "2678400001ms"})
    void startFailsWithWhatIsAllowedWhenWindowIsOutOfRange(String value) {
        contexts.withPropertyValues("intake.dedupe.window=" + value)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, failure -> {
                            assertThat(failure.getName()).isEqualTo("intake.dedupe.window");
                            assertThat(failure.getReason())
                                    .isEqualTo("Allowed: 0 (off), or a duration from 1m to 31d, such as PT1H.");
                        }));
    }

    @ParameterizedTest
    @CsvSource({"PT1M, PT1S", "PT30M, PT30S", "PT1H, PT1M", "P31D, PT1M"})
    void oldIdsAreLookedForSixtyTimesInTheWindowWithinLimits(Duration window, Duration interval) {
        assertThat(Purge.interval(window)).isEqualTo(interval);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(DedupeProperties.class)
    static class Config {}
}
