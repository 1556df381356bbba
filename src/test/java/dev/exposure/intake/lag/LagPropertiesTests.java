package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class LagPropertiesTests {

    private final ApplicationContextRunner contexts =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @Test
    void intervalWhenNotSetIsFiveSeconds() {
        contexts.run(context ->
                assertThat(context.getBean(LagProperties.class).interval()).isEqualTo(Duration.ofSeconds(5)));
    }

    @Test
    void intervalWhenSetIsThat() {
        contexts.withPropertyValues("intake.lag.interval=100ms")
                .run(context -> assertThat(context.getBean(LagProperties.class).interval())
                        .isEqualTo(Duration.ofMillis(100)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"99ms", "0s", "-5s", "2d"})
    void startWhenIntervalIsOutOfRangeStopsWithPropertyValueAndWhatIsAllowed(String value, CapturedOutput output) {
        start(value);

        assertThat(output.getAll())
                .contains("Property: intake.lag.interval")
                .containsPattern("Value: \"-?P")
                .contains("Reason: must be a duration from 100ms to 1d, such as 5s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "5 parsecs"})
    void startWhenIntervalIsNoDurationStopsWithPropertyAndValue(String value, CapturedOutput output) {
        start(value);

        assertThat(output.getAll())
                .contains("Property: intake.lag.interval", "Value: \"" + value + "\"", "is not a valid duration");
    }

    private static void start(String value) {
        SpringApplication application = new SpringApplication(Config.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        assertThatThrownBy(() -> application.run("--intake.lag.interval=" + value))
                .isNotNull();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(LagProperties.class)
    static class Config {}
}
