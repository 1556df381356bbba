package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What anyone may ask tells nothing of the machine, mirrors nothing of the request, and leaves no line in the log. */
@ExtendWith(OutputCaptureExtension.class)
class NothingToldTests extends ActuatorTest {

    @Test
    void workingDirectoryIsNotInTheHealth() {
        assertThat(get("health").body()).contains("\"components\"").doesNotContain("diskSpace", "\"path\"");
    }

    @Test
    void linksThatWouldBeginWithTheHostOfTheRequestAreOff() {
        HttpResponse<String> response = get("");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(send(request("/actuator")).body()).doesNotContain("http://");
    }

    @Test
    void typeThatNothingServesIsRefusedWithoutALineInTheLog(CapturedOutput output) {
        String before = output.getAll();
        HttpResponse<String> response = send(request("/actuator/info").setHeader("Accept", "image/png"));

        assertThat(response.statusCode()).isEqualTo(406);
        assertThat(output.getAll().substring(before.length())).doesNotContain("WARN", "ERROR");
    }
}
