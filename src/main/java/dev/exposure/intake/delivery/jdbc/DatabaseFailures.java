package dev.exposure.intake.delivery.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

/** Tells by what was thrown whether it is a conflict, an outage of the database, or something else. */
final class DatabaseFailures {

    /** A statement after one that failed, in the same transaction. */
    static final String ABORTED = "25P02";

    /** Serialization failures and deadlocks, a key that another writer inserts, a lock that is not to be had in time. */
    private static final Pattern CONFLICT = Pattern.compile("40...|23505|55P03|HYT00");

    /** Connection, login, catalog, resources, shutdown, system; transactions that the server does not accept. */
    private static final Pattern OUTAGE = Pattern.compile("(08|25|28|3D|53|57|58)...");

    /**
     * What another connection would be answered otherwise: the server is read-only (a standby, after a failover), does not
     * know a prepared statement that it was given, shuts down, or the connection is broken.
     */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("25006", "26000", "42P05", "57P01", "57P02", "57P03", "57P05", "08000", "08001", "08003", "08006");

    private DatabaseFailures() {}

    /** Whether the transaction may succeed when it is repeated at once. */
    static boolean isConflict(Throwable failure) {
        return has(
                failure,
                cause -> cause instanceof ConcurrencyFailureException
                        || cause instanceof DuplicateKeyException
                        || (cause instanceof SQLException sql && matches(CONFLICT, sql)));
    }

    /** Whether it shows that the database or its connection is what failed, whoever used it. */
    static boolean isOutage(Throwable failure) {
        return !hasState(failure, Set.of(ABORTED))
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

    /** Whether only another connection may mend it. */
    static boolean isOfTheConnection(Throwable failure) {
        return hasState(failure, OF_THE_CONNECTION);
    }

    /** Whether the server refused a statement because an earlier one of the transaction failed. */
    static boolean isAborted(Throwable failure) {
        return hasState(failure, Set.of(ABORTED));
    }

    private static boolean hasState(Throwable failure, Set<String> states) {
        return has(
                failure,
                cause -> cause instanceof SQLException sql
                        && sql.getSQLState() != null
                        && states.contains(sql.getSQLState()));
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
            depth++; // a chain may be closed to a circle
        }
        return false;
    }
}
