package dev.exposure.intake.delivery.jdbc;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * The dialect of the database. The database is asked only when the dialect is first needed, because it may be down at the
 * start. Safe for use by several threads.
 */
final class FoundDialect {

    private final ConnectionPool pool;
    private final Transactions reads;
    private final JdbcOperations jdbc;
    private volatile @Nullable Dialect found;

    FoundDialect(ConnectionPool pool, Transactions reads, JdbcOperations jdbc) {
        this.pool = pool;
        this.reads = reads;
        this.jdbc = jdbc;
    }

    Dialect get() {
        Dialect known = found;
        if (known == null) {
            ConnectionCallback<String> product =
                    connection -> connection.getMetaData().getDatabaseProductName();
            known = Dialect.of(pool.watch(() -> reads.execute(status -> jdbc.execute(product))));
            found = known;
        }
        return known;
    }
}
