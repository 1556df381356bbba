package dev.exposure.intake.actuate;

import dev.exposure.intake.http.BoundedPasswordEncoder;
import dev.exposure.intake.outage.FailureNotice;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationEventPublisher;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;

/**
 * Counts logins that were refused, and says so at most once a minute, without what was sent: somebody may have typed the
 * password where the name belongs. Nobody is locked out, so that nobody can lock out the operator; bcrypt makes guessing slow.
 */
final class FailedLogins implements AuthenticationEventPublisher {

    private static final Logger log = LoggerFactory.getLogger(FailedLogins.class);
    private static final Duration REMINDER = Duration.ofMinutes(1);

    private final Counter failures;
    private final FailureNotice notice;

    FailedLogins(MeterRegistry registry) {
        this(registry, System::nanoTime);
    }

    FailedLogins(MeterRegistry registry, LongSupplier nanoTime) {
        this.failures = Counter.builder("intake.operator.logins.failed")
                .description("Logins as operator that were refused")
                .register(registry);
        this.notice = new FailureNotice(REMINDER, nanoTime);
    }

    @Override
    public void publishAuthenticationSuccess(Authentication authentication) {
        // What the operator did is an event of its own.
    }

    @Override
    public synchronized void publishAuthenticationFailure(AuthenticationException failure, Authentication sent) {
        if (failure instanceof BoundedPasswordEncoder.BusyException) {
            return; // nobody has looked whether it is wrong
        }
        failures.increment();
        if (notice.failed() != FailureNotice.Turn.SILENT) {
            log.warn(
                    "Wrong user name or password for the operator's endpoints ({} times since last said)",
                    notice.failuresToTell());
        }
    }
}
