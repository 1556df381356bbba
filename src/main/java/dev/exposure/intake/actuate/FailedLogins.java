package dev.exposure.intake.actuate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
    private final Clock clock;
    private Instant lastSaid = Instant.EPOCH;
    private long unsaid;

    FailedLogins(MeterRegistry registry, Clock clock) {
        this.failures = Counter.builder("intake.operator.logins.failed")
                .description("Logins as operator that were refused")
                .register(registry);
        this.clock = clock;
    }

    @Override
    public void publishAuthenticationSuccess(Authentication authentication) {
        // What the operator did is an event of its own.
    }

    @Override
    public synchronized void publishAuthenticationFailure(AuthenticationException failure, Authentication sent) {
        failures.increment();
        unsaid++;
        Instant now = clock.instant();
        if (lastSaid.isBefore(now.minus(REMINDER))) {
            lastSaid = now;
            log.warn("Wrong user name or password for the operator's endpoints ({} times since last said)", unsaid);
            unsaid = 0;
        }
    }
}
