package dev.exposure.intake.outage;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionSystemException;

/**
 * Says in one line why something failed. If the message may hold row values or record content, only the exception's
 * class is named: a database quotes the offending row in its error.
 */
public final class FailureText {

    /** Classes of SQL states whose messages are only about the connection or the server, never about a row. */
    private static final Set<String> SERVER_CLASSES = Set.of("08", "25", "28", "3D", "53", "57", "58");

    /** States of the same kind: no permission; and H2's closed, locked or unreadable file. */
    private static final Set<String> SERVER_STATES =
            Set.of("42501", "90020", "90028", "90031", "90067", "90098", "90121");

    /** A web token, which a server may quote when it refuses it. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_.-]+");

    private static final int LONGEST = 600;

    private FailureText() {}

    /** One line for logs, health details and events. */
    public static String of(Throwable failure) {
        Throwable shown = failure;
        Throwable flyway = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SafeMessage safe) {
                return String.valueOf(safe.getMessage());
            }
            if (cause instanceof SQLException sql && speaksOfServersOnly(sql)) {
                return ofServer(sql);
            }
            if (cause instanceof KafkaException) {
                return ofKafka(cause);
            }
            if (cause instanceof ConnectException || cause instanceof SocketTimeoutException) {
                return line(cause);
            }
            if (cause instanceof TransactionSystemException rollback && rollback.getApplicationException() != null) {
                return of(rollback.getApplicationException()); // the failure before the failed rollback
            }
            if (cause instanceof FlywayException && flyway == null) {
                flyway = cause;
            }
            if (cause instanceof SQLException) {
                shown = cause;
            }
        }
        if (shown instanceof SQLException sql) {
            return name(sql) + sqlState(sql);
        }
        return flyway == null ? name(shown) : line(flyway); // Flyway's message is about our own migrations
    }

    /** The SQL state, as text to append to the exception's name. */
    public static String sqlState(SQLException failure) {
        return failure.getSQLState() == null
                ? " (without an SQL state: the driver or the pool has thrown it, not the database)"
                : " (SQL state " + failure.getSQLState() + ")";
    }

    /** Message of the innermost cause, or its name where it has none; for failures of configuration files. */
    public static String ofInnermost(Throwable failure) {
        Throwable root = innermost(failure);
        String message = root.getMessage();
        return message == null ? name(root) : oneLine(message);
    }

    /** Innermost cause; the failure itself where it has no cause. */
    public static Throwable innermost(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** The pool says only that it got no connection; its causes hold the database's reason. */
    private static String ofServer(SQLException failure) {
        SQLException answer = failure;
        while (answer.getCause() instanceof SQLException cause && speaksOfServersOnly(cause)) {
            answer = cause;
        }
        String said = answer == failure ? firstLine(failure) : firstLine(failure) + " (" + firstLine(answer) + ")";
        return said + FailureAdvice.of(answer);
    }

    /** Kafka's outer exception says what it tried, and the innermost what went wrong. */
    private static String ofKafka(Throwable outer) {
        Throwable inner = outer;
        while (inner.getCause() instanceof KafkaException) {
            inner = inner.getCause();
        }
        String said = inner == outer ? line(outer) : line(outer) + " (" + line(inner) + ")";
        String tls = inner instanceof SslAuthenticationException ? tlsMessage(inner) : null;
        return said + (tls == null ? "" : ": " + tls) + FailureAdvice.of(inner);
    }

    /** Kafka's own message tells only that the handshake failed. */
    private static @Nullable String tlsMessage(Throwable failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException && cause.getMessage() != null) {
                return oneLine(cause.getMessage());
            }
        }
        return null;
    }

    /** Further lines hold details, which may quote a row. */
    private static String firstLine(SQLException failure) {
        String message = failure.getMessage();
        return message == null
                ? name(failure)
                : name(failure) + ": "
                        + oneLine(message.strip().lines().findFirst().orElse(""));
    }

    private static String line(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? name(failure) : name(failure) + ": " + oneLine(message);
    }

    private static String name(Throwable failure) {
        return failure.getClass().getSimpleName();
    }

    private static String oneLine(String message) {
        String line =
                TOKEN.matcher(message.strip().replaceAll("\\s*\\R\\s*", " ")).replaceAll("...");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    private static boolean speaksOfServersOnly(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof SQLTransientConnectionException
                || (state != null
                        && state.length() >= 2
                        && (SERVER_CLASSES.contains(state.substring(0, 2)) || SERVER_STATES.contains(state)));
    }
}
