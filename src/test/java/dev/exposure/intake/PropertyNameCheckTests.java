package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** A name that nobody reads is found before anything starts, in whatever form and source it comes. */
class PropertyNameCheckTests {

    private final PropertyNameCheck check =
            new PropertyNameCheck(KnownProperties.on(PropertyNameCheckTests.class.getClassLoader()));

    @ParameterizedTest
    @CsvSource({
        "intake.initial-postion, intake.initial-position",
        "intake.initialPostion, intake.initial-position",
        "intake.topic, intake.topics",
        "intake.topics[0].name, intake.topics",
        "intake.lag.intervall, intake.lag.interval",
        "intake.format.field.ad-id, intake.format.fields",
        "intake.topics-x, intake.topics"
    })
    void nameThatIsUnknownIsRefusedWithTheNearest(String name, String nearest) {
        assertThatThrownBy(() -> checkProperty(name))
                .isInstanceOf(UnknownPropertyException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("Did you mean " + nearest + "?")
                .hasMessageContaining("(test)")
                .hasMessageNotContaining("the value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "intake.topics",
                "intake.topics[1]",
                "intake.partition-detection",
                "intake.partitionDetection",
                "intake.partition_detection",
                "intake.format.fields.ad-id",
                "intake.format.fields.no-such-field", // the check of the mapping tells more
                "intakes.topic",
                "team.intake.topic",
                "INTAKE_TOPIC" // no property in this form but in the environment
            })
    void nameThatIsKnownInAnyFormOrOfOthersIsAccepted(String name) {
        assertThatCode(() -> checkProperty(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INTAKE_TOPICS",
                "INTAKE_TOPICS_0",
                "INTAKE_PARTITIONDETECTION",
                "INTAKE_PARTITION_DETECTION",
                "INTAKE_DEADLETTER_TOPICSUFFIX",
                "INTAKE_FORMAT_FIELDS_ADID",
                "EXPOSURE_INTAKE_SERVICE_HOST",
                "INTAKE_SERVICE_HOST",
                "INTAKE_SERVICE_PORT_HTTP",
                "INTAKE_PORT",
                "INTAKE_PORT_8080_TCP_ADDR",
                "INTAKE_BLUE_SERVICE_HOST"
            })
    void variableThatIsKnownOrThatKubernetesSetsIsAccepted(String name) {
        assertThatCode(() -> checkVariable(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "INTAKE_INITIAL_POSTION, intake.initial-position",
        "INTAKE_TOPIC, intake.topics",
        "INTAKE_OPERATOR_USER, intake.operator.username"
    })
    void variableThatIsUnknownIsRefusedWithTheNearest(String name, String nearest) {
        assertThatThrownBy(() -> checkVariable(name))
                .isInstanceOf(UnknownPropertyException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("Did you mean " + nearest + "?");
    }

    @Test
    void allUnknownNamesAreToldAtOnce() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("intake.topic", "a", "intake.lags", "b")));

        assertThatThrownBy(() -> check.check(environment))
                .hasMessageContaining("intake.topic")
                .hasMessageContaining("intake.lags");
    }

    @Test
    void contextDoesNotStartWhenANameIsUnknown() {
        new ApplicationContextRunner()
                .withUserConfiguration(PropertyNameConfiguration.class)
                .withPropertyValues("intake.topic=ads")
                .run(context -> assertThat(context).getFailure().isInstanceOf(UnknownPropertyException.class));
    }

    private void checkProperty(String name) {
        checkIn(new MapPropertySource("test", Map.of(name, "the value")));
    }

    private void checkVariable(String name) {
        Map<String, Object> variables = new HashMap<>(Map.of(name, "the value"));
        checkIn(new SystemEnvironmentPropertySource("test", variables));
    }

    private void checkIn(PropertySource<?> source) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(source);
        check.check(environment);
    }
}
