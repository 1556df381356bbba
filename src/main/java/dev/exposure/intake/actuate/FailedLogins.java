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
 * Counts refused logins and logs them at most once a minute, without the name that was sent: somebody may have typed the
 * password there. Failed logins lock nobody out, or anybody could lock out the operator; bcrypt makes guessing slow.
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
        // Nothing to count: each action of the operator is an event.
    }

    @Override
    public synchronized void publishAuthenticationFailure(AuthenticationException failure, Authentication sent) {
        if (failure instanceof BoundedPasswordEncoder.BusyException) {
            return; // the password was not checked
        }
        failures.increment();
        if (notice.failed() != FailureNotice.Turn.SILENT) {
            log.warn(
                    "Wrong user name or password for the operator's endpoints ({} times since last said)",
                    notice.failuresToTell());
        }
    }
}
