package dev.exposure.intake.outage;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Says in one line why something failed, without the message texts that may hold row values or record content: a database
 * quotes the offending row in its error.
 */
public final class FailureText {

    /** SQL state classes whose messages speak of the connection or the server only, never of a row. */
    private static final Set<String> SERVER_STATES = Set.of("08", "28", "3D", "53", "57", "58");

    private FailureText() {}

    /** One line for logs, health details and events. */
    public static String of(Throwable failure) {
        Throwable shown = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (speaksOfServersOnly(cause)) {
                return cause instanceof SQLException sql ? withServersAnswer(sql) : withKafkaCause(cause);
            }
            if (cause instanceof TransactionSystemException rollback && rollback.getApplicationException() != null) {
                return of(rollback.getApplicationException()); // what failed first, and made the rollback fail
            }
            if (cause instanceof SQLException) {
                shown = cause;
            }
        }
        String name = shown.getClass().getSimpleName();
        return shown instanceof SQLException sql ? name + " (SQL state " + sql.getSQLState() + ")" : name;
    }

    /** A connection pool says that it waited in vain, where the database refuses the login or does not exist. */
    private static String withServersAnswer(SQLException failure) {
        return failure.getCause() instanceof SQLException answer
                        && String.valueOf(answer.getSQLState()).matches("28.*|3D.*")
                ? line(failure) + " (" + line(answer) + ")"
                : line(failure);
    }

    /** Kafka says in the outer exception what it was doing, and in the innermost what was in the way. */
    private static String withKafkaCause(Throwable outer) {
        Throwable inner = outer;
        while (inner.getCause() instanceof KafkaException) {
            inner = inner.getCause();
        }
        String said = inner == outer ? line(outer) : line(outer) + " (" + line(inner) + ")";
        return said + AccessHint.of(inner);
    }

    private static String line(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        String message = failure.getMessage();
        return message == null ? name : name + ": " + message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static boolean speaksOfServersOnly(Throwable failure) {
        if (failure instanceof SQLException sql) {
            String state = sql.getSQLState();
            return failure instanceof SQLTransientConnectionException
                    || (state != null && state.length() >= 2 && SERVER_STATES.contains(state.substring(0, 2)));
        }
        return failure instanceof KafkaException
                || failure instanceof ConnectException
                || failure instanceof SocketTimeoutException;
    }
}
