package dev.exposure.intake.delivery.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

/** Tells whether an exception shows a conflict, an outage of the database, or something else. */
final class DatabaseFailures {

    /** State of a statement that follows a failed one in the same transaction. */
    static final String ABORTED = "25P02";

    /** Serialization failures and deadlocks, a key that another writer inserts, a lock that is not free in time. */
    private static final Pattern CONFLICT = Pattern.compile("40...|23505|55P03|HYT00");

    /** Connection, login, catalog, resources, shutdown, system; transactions that the server does not accept. */
    private static final Pattern OUTAGE = Pattern.compile("(08|25|28|3D|53|57|58)...");

    /**
     * Failures that another connection may not have: the server is read-only (a standby, after a failover), is another one than
     * was meant (without the tables or the rights), does not know a prepared statement, or shuts down; or the connection is
     * broken, or the embedded database behind it was closed.
     */
    private static final Pattern OF_THE_CONNECTION =
            Pattern.compile("25006|26000|42P05|3F000|42P01|42501|57P0[1235]|08000|08001|08003|08006|90067|90098|90121");

    private DatabaseFailures() {}

    /** Whether the transaction may succeed when it is repeated at once. */
    static boolean isConflict(Throwable failure) {
        return has(
                failure,
                cause -> cause instanceof ConcurrencyFailureException
                        || cause instanceof DuplicateKeyException
                        || (cause instanceof SQLException sql && matches(CONFLICT, sql)));
    }

    /** Whether the database or its connection failed, whoever used it. */
    static boolean isOutage(Throwable failure) {
        return !isAborted(failure)
                && has(
                        failure,
                        cause -> cause instanceof CannotGetJdbcConnectionException
                                || cause instanceof CannotCreateTransactionException
                                || cause instanceof TransactionTimedOutException
                                || cause instanceof SQLTimeoutException
                                || cause instanceof SQLTransientConnectionException
                                || cause instanceof SQLNonTransientConnectionException
                                || cause instanceof SQLRecoverableException
                                || (cause instanceof SQLException sql && matches(OUTAGE, sql)));
    }

    /** Whether only another connection can solve it. */
    static boolean isOfTheConnection(Throwable failure) {
        return has(failure, cause -> cause instanceof SQLException sql && matches(OF_THE_CONNECTION, sql));
    }

    /** Whether the server refused a statement because an earlier one of the transaction failed. */
    static boolean isAborted(Throwable failure) {
        return has(failure, cause -> cause instanceof SQLException sql && ABORTED.equals(sql.getSQLState()));
    }

    private static boolean matches(Pattern pattern, SQLException failure) {
        return failure.getSQLState() != null
                && pattern.matcher(failure.getSQLState()).matches();
    }

    private static boolean has(Throwable failure, Predicate<Throwable> test) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 50; cause = cause.getCause()) {
            if (test.test(cause)) {
                return true;
            }
            depth++; // a chain of causes may be a circle
        }
        return false;
    }
}
