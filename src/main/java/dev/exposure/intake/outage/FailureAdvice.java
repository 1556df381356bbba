package dev.exposure.intake.outage;

import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** What to check when a server and this service don't accept each other; names properties, never their values. */
final class FailureAdvice {

    /** By SQL state, or its class. */
    private static final Map<String, String> SQL = Map.of(
            "28", "check spring.datasource.username and password",
            "3D", "check the database's name in spring.datasource.url",
            "25006", "the database is read-only: spring.datasource.url has to lead to the primary",
            "42501", "grant this user what the tables need (docs/operations.md)",
            "53300",
                    "raise the connection limit of the database or of this user, or lower"
                            + " spring.datasource.hikari.maximum-pool-size");

    private static final String LOGIN =
            "user, password and mechanism (spring.kafka.properties: sasl.jaas.config, sasl.mechanism)";

    private static final String CERTIFICATES =
            "the certificates on both sides: trusted, not expired, for this host (spring.ssl.bundle.*,"
                    + " spring.kafka.ssl.*)";

    private FailureAdvice() {}

    /** Text to append to a line about the failure; empty where there is no advice. */
    static String of(Throwable failure) {
        String advice = failure instanceof SQLException sql ? forDatabase(sql) : forKafka(failure);
        return advice.isEmpty() ? "" : "; " + advice;
    }

    private static String forDatabase(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        String ofClass = state.length() < 2 ? "" : SQL.getOrDefault(state.substring(0, 2), "");
        return SQL.getOrDefault(state, ofClass);
    }

    private static String forKafka(Throwable failure) {
        if (failure instanceof SslAuthenticationException) {
            return "check " + CERTIFICATES;
        }
        if (failure instanceof AuthenticationException) {
            // The base class does not tell whether the login or a certificate was refused.
            return failure.getClass() == AuthenticationException.class
                    ? "check " + LOGIN + "; with TLS, " + CERTIFICATES
                    : "check " + LOGIN;
        }
        return failure instanceof AuthorizationException ? "check what the brokers allow this user (ACLs)" : "";
    }
}
