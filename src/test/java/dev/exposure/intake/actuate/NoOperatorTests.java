package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Without an operator nobody can write, and who tries learns how to change that. */
@ExtendWith(OutputCaptureExtension.class)
class NoOperatorTests extends OperatorTest {

    @Override
    List<String> arguments() {
        return List.of("--intake.operator.username=", "--intake.operator.password=");
    }

    @Test
    void writeIsOffAndSaysHowToSwitchItOn(CapturedOutput output) {
        for (HttpResponse<String> answer : List.of(
                send(write("{\"paused\":true}")),
                operate("{\"paused\":true}"),
                send(write("{\"paused\":true}").header("Authorization", basic("", ""))))) {
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body())
                    .contains("intake.operator.username", "intake.operator.password", "INTAKE_OPERATOR_PASSWORD");
        }
        assertThat(fixture.operatorPause.isPaused()).isFalse();
        assertThat(get("consumption").body()).isEqualTo("{\"paused\":false}");
        assertThat(output.getAll()).doesNotContain("generated security password");
    }
}
