package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class SampleJournalTests {

    private final SampleJournal journal = new SampleJournal("g");

    @Test
    void succeededWhenNothingWasWrongSaysNothing(CapturedOutput output) {
        journal.succeeded(Map.of());
        journal.succeeded(Map.of());

        assertThat(lines(output)).isEmpty();
    }

    @Test
    void failedWhenItGoesOnIsLoggedOnceAndRecoveryOnce(CapturedOutput output) {
        for (int i = 0; i < 5; i++) {
            journal.failed(new TimeoutException("call 4711 timed out"));
        }
        for (int i = 0; i < 5; i++) {
            journal.succeeded(Map.of());
        }

        assertThat(lines(output)).hasSize(2);
        assertThat(lines(output).get(0))
                .contains("WARN")
                .endsWith("Sampling the lag of group g fails: TimeoutException: call 4711 timed out; "
                        + "the last sample stays and its age grows");
        assertThat(lines(output).get(1)).contains("INFO").endsWith("Sampling the lag of group g works again");
    }

    @Test
    void failedWhenItComesBackIsLoggedAgain(CapturedOutput output) {
        journal.failed(new TimeoutException("x"));
        journal.succeeded(Map.of());
        journal.failed(new TimeoutException("x"));

        assertThat(lines(output)).hasSize(3);
    }

    @Test
    void failedWhenMessageQuotesSecretDoesNotRepeatIt(CapturedOutput output) {
        journal.failed(
                new SaslAuthenticationException("token eyJhbGci refused", new IllegalStateException("pa55word")));

        assertThat(output.getAll())
                .contains("SaslAuthenticationException: token ... refused; check user, password")
                .doesNotContain("eyJhbGci", "pa55word", "\tat ");
    }

    @Test
    void succeededWhenPartIsMissingIsLoggedOnceAndItsReturnOnce(CapturedOutput output) {
        journal.succeeded(Map.of("topic a", "does not exist"));
        journal.succeeded(Map.of("topic a", "does not exist"));
        journal.succeeded(Map.of("topic a", "does not exist", "topic b", "does not exist"));
        journal.failed(new TimeoutException("x"));
        journal.succeeded(Map.of("topic b", "does not exist"));

        assertThat(lines(output))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("The lag of group g lacks topic a: does not exist"),
                        line -> assertThat(line).endsWith("The lag of group g lacks topic b: does not exist"),
                        line -> assertThat(line).contains("fails"),
                        line -> assertThat(line).contains("works again"),
                        line -> assertThat(line).endsWith("The lag of group g has topic a again"));
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("lag of group g"))
                .toList();
    }
}
