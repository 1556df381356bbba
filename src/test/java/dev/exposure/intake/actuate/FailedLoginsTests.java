package dev.exposure.intake.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.testing.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;

/** Refused logins are counted one by one, and said now and then. */
@ExtendWith(OutputCaptureExtension.class)
class FailedLoginsTests {

    @Test
    void loginsThatAreRefusedAreCountedAndSaidOnceAMinuteWithoutWhatWasSent(CapturedOutput output) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MutableClock clock = new MutableClock();
        FailedLogins logins = new FailedLogins(registry, clock::nanoTime);
        for (int attempt = 0; attempt < 3; attempt++) {
            logins.publishAuthenticationFailure(
                    new BadCredentialsException("Bad"), new UsernamePasswordAuthenticationToken("na-me", "pass-word"));
        }
        clock.advance(Duration.ofSeconds(61));
        logins.publishAuthenticationFailure(
                new BadCredentialsException("Bad"), new UsernamePasswordAuthenticationToken("na-me", "pass-word"));

        assertThat(registry.get("intake.operator.logins.failed").counter().count())
                .isEqualTo(4);
        assertThat(output.getAll().lines().filter(line -> line.contains("Wrong user name or password")))
                .hasSize(2)
                .last()
                .asString()
                .contains("3 times");
        assertThat(output.getAll()).doesNotContain("na-me", "pass-word");
    }
}
