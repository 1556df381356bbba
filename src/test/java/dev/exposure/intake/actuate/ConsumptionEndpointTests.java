package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.outage.EventType;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The consumption endpoint's JSON, to the letter; what is not exactly that is refused with a sentence. */
@ExtendWith(OutputCaptureExtension.class)
class ConsumptionEndpointTests extends OperatorTest {

    @Test
    void answerTellsWhetherTheOperatorPaused() {
        assertThat(get("consumption").body()).isEqualTo("{\"paused\":false}");

        HttpResponse<String> paused = operate("{\"paused\":true}");
        assertThat(paused.statusCode()).isEqualTo(200);
        assertThat(paused.body()).isEqualTo("{\"paused\":true}");
        assertThat(get("consumption").body()).isEqualTo("{\"paused\":true}");
        assertThat(fixture.container.isPauseRequested()).isTrue();

        HttpResponse<String> resumed = operate(" {\n \"paused\" : false } ");
        assertThat(resumed.statusCode()).isEqualTo(200);
        assertThat(resumed.body()).isEqualTo("{\"paused\":false}");
        assertThat(fixture.container.isPauseRequested()).isFalse();
    }

    @Test
    void writeOfWhatIsSoAlreadyIsAnsweredAndChangesNothing() {
        operate("{\"paused\":true}");

        assertThat(operate("{\"paused\":true}").statusCode()).isEqualTo(200);

        assertThat(fixture.position.events.snapshot())
                .singleElement()
                .satisfies(event -> assertThat(event.type()).isEqualTo(EventType.PAUSED));
    }

    @Test
    void bodyWhenItIsNotExactlyThatIsRefusedWithASentence(CapturedOutput output) {
        for (String body : new String[] {
            "",
            "{}",
            "null",
            "true",
            "[true]",
            "{\"paused\":true",
            "{\"paused\":\"true\"}",
            "{\"paused\":1}",
            "{\"paused\":null}",
            "{\"paused\":{}}",
            "{\"pause\":true}",
            "{\"Paused\":true}",
            "{\"paused\":true,\"until\":\"secret\"}",
            "{\"paused\":true,\"paused\":false}",
            "{\"paused\":true,\"instance\":1}",
            "{\"paused\":true,\"instance\":null}",
            "{\"instance\":\"my-instance\"}",
            "{\"paused\":true,\"instance\":\"my-instance\",\"until\":\"secret\"}",
            "{\"paused\":true} {\"paused\":false}",
            "paused=true"
        }) {
            assertThatItIsRefused(operate(body), output);
        }
    }

    @Test
    void orderForAnotherInstanceIsRefusedAndForThisOneTaken() {
        HttpResponse<String> other = operate("{\"paused\":true,\"instance\":\"my-instance-2\"}");
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body())
                .contains("not the named instance", "nothing was changed")
                .doesNotContain("my-instance");
        assertThat(fixture.operatorPause.isPaused()).isFalse();

        assertThat(operate("{\"paused\":true,\"instance\":\"my-instance\"}").body())
                .isEqualTo("{\"paused\":true}");
        assertThat(fixture.operatorPause.isPaused()).isTrue();
    }

    @Test
    void bodyWhenItIsTooLongIsRefused(CapturedOutput output) {
        assertThatItIsRefused(operate("{\"paused\":" + " ".repeat(2000) + "true}"), output);
    }

    @Test
    void parametersInTheAddressAreRefused(CapturedOutput output) {
        assertThatItIsRefused(
                send(asOperator(json(request("/actuator/consumption?paused=false"), "{\"paused\":true}"))), output);
        assertThatItIsRefused(send(asOperator(json(request("/actuator/consumption?paused=true"), ""))), output);
    }

    private void assertThatItIsRefused(HttpResponse<String> answer, CapturedOutput output) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"error\":\"The body must be a JSON object with the field paused, which is true or false, and"
                                + " optionally the field instance, the name of the instance to change; the address has no"
                                + " parameters.\"}");
        assertThat(fixture.operatorPause.isPaused()).isFalse();
        // Not any trace: a client of another test in this JVM may log its own while logging is being set up.
        assertThat(output.getAll()).doesNotContain("\tat org.apache.catalina", "secret");
    }
}
