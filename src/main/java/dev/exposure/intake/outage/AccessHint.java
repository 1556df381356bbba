package dev.exposure.intake.outage;

import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** What to check when brokers and this service don't accept each other; names properties, never their values. */
final class AccessHint {

    private AccessHint() {}

    /** Addition to a line that tells the failure, empty where there is nothing to add. */
    static String of(Throwable failure) {
        if (failure instanceof SslAuthenticationException) {
            return tls(failure)
                    + "; check the certificates on both sides: trusted, not expired, for this host (spring.ssl.bundle.*,"
                    + " spring.kafka.ssl.*)";
        }
        if (failure instanceof AuthenticationException) {
            return failure.getClass() == AuthenticationException.class
                    ? "; the state of kafka in /actuator/health says more"
                    : "; check user, password and mechanism (spring.kafka.properties: sasl.jaas.config, sasl.mechanism)";
        }
        if (failure instanceof AuthorizationException) {
            return "; check what the brokers allow this user (ACLs)";
        }
        return "";
    }

    /** Kafka's own message tells only that the handshake failed. */
    private static String tls(Throwable failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException && cause.getMessage() != null) {
                return ": " + cause.getMessage().strip().replaceAll("\\s*\\R\\s*", " ");
            }
        }
        return "";
    }
}
