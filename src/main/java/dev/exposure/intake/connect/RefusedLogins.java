package dev.exposure.intake.connect;

import dev.exposure.intake.outage.Outages;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Takes note when the brokers refuse a consumer that runs, which the container keeps from its error handler and tries again
 * by itself. Its events come on the consumer's own thread.
 */
public final class RefusedLogins {

    private final Outages outages;

    public RefusedLogins(Outages outages) {
        this.outages = outages;
    }

    @EventListener
    void refused(ConsumerRetryAuthEvent event) {
        Duration retry = event.getContainer(MessageListenerContainer.class)
                .getContainerProperties()
                .getAuthExceptionRetryInterval();
        // The event does not bring what was thrown; the watch, which asks the same brokers, shows it. What the
        // container says of success proves nothing: a poll without an answer is one.
        outages.noteRefused(
                event.getReason() == ConsumerRetryAuthEvent.Reason.AUTHENTICATION
                        ? new AuthenticationException(
                                "the brokers and this service don't accept each other's credentials")
                        : new AuthorizationException("the brokers deny this service's user what it needs to consume"),
                Objects.requireNonNullElse(retry, Duration.ZERO));
    }
}
