package dev.exposure.intake.delivery.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions on the application's data source and by its transaction manager, so that code which uses these joins
 * them. Each has a time limit that holds even if the network drops everything.
 */
final class Transactions {

    private static final Logger log = LoggerFactory.getLogger(Transactions.class);

    /** How much longer to wait for an answer than the server's limit: time to cancel. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final DataSource dataSource;
    private final JdbcOperations jdbc;
    private final TransactionTemplate template;
    private final Duration limit;

    /**
     * @param manager has to manage the data source
     * @param limit of a transaction; in whole seconds, for what the server is told
     */
    Transactions(DataSource dataSource, JdbcOperations jdbc, PlatformTransactionManager manager, Duration limit) {
        // A transaction manager knows the data source behind such a proxy.
        this.dataSource =
                dataSource instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null
                        ? proxy.getTargetDataSource()
                        : dataSource;
        this.jdbc = jdbc;
        this.limit = limit;
        this.template = new TransactionTemplate(manager);
        this.template.setName("exposure-intake");
        this.template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        // At a higher level, concurrent writes of the same rows would fail.
        this.template.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.template.setTimeout((int) Math.max(1, limit.toSeconds()));
    }

    /** Limit of a transaction. */
    Duration limit() {
        return limit;
    }

    /** How long this client may be silent within a transaction, as it is while the processor is busy elsewhere. */
    Duration silence() {
        return limit.plus(GRACE);
    }

    /** Runs the work in a new transaction, which is committed unless the work throws. */
    <T> T execute(Function<TransactionStatus, T> work) {
        try {
            return Objects.requireNonNull(template.execute(status -> {
                requireManaged();
                jdbc.execute((Connection connection) -> {
                    set(connection);
                    return true;
                });
                return work.apply(status);
            }));
        } catch (TransactionSystemException rollback) {
            Throwable first = rollback.getApplicationException();
            if (first instanceof Error error) {
                throw error;
            }
            throw first instanceof RuntimeException failure ? failure : rollback; // what made the rollback necessary
        }
    }

    /** Without a managed transaction, each statement would be committed by itself. */
    private void requireManaged() {
        if (!TransactionSynchronizationManager.hasResource(dataSource)) {
            throw new UnmanagedDataSourceException(template.getTransactionManager());
        }
    }

    /**
     * Sets, for the time of the transaction, what the configured URL may lack.
     *
     * <p>The wait for each answer has a limit. A query timeout only asks the server to cancel, which does not help if the
     * network drops everything; and the PostgreSQL driver waits without limit by default. H2 runs in this process and ignores
     * this.
     *
     * <p>No statement, not even COMMIT, is kept prepared in the server. Behind a pooler each transaction may get another
     * session, in which the same name would mean another statement.
     */
    private void set(Connection connection) throws SQLException {
        PGConnection postgres =
                connection.isWrapperFor(PGConnection.class) ? connection.unwrap(PGConnection.class) : null;
        int timeout = connection.getNetworkTimeout();
        int threshold = postgres == null ? 0 : postgres.getPrepareThreshold();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                reset(timeout, threshold);
            }
        });
        connection.setNetworkTimeout(
                Runnable::run, Math.toIntExact(limit.plus(GRACE).toMillis()));
        if (postgres != null) {
            postgres.setPrepareThreshold(0);
        }
    }

    /** Needed because some pools don't reset the timeout. */
    private void reset(int timeout, int threshold) {
        try {
            jdbc.execute((Connection connection) -> {
                connection.setNetworkTimeout(Runnable::run, timeout);
                if (connection.isWrapperFor(PGConnection.class)) {
                    connection.unwrap(PGConnection.class).setPrepareThreshold(threshold);
                }
                return true;
            });
        } catch (RuntimeException ex) {
            log.debug("The connection is broken, and not to be used again", ex);
        }
    }
}
