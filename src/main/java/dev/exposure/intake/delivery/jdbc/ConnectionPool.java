package dev.exposure.intake.delivery.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.exposure.intake.delivery.ProcessorException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DataSourceUnwrapper;

/**
 * The pool behind the data source, if it is Hikari's. Replaces its connections after a failure that only another connection
 * can solve: otherwise those to a server that has become read-only would be used until they expire. Safe for use by several
 * threads.
 */
final class ConnectionPool {

    private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);

    private final @Nullable HikariDataSource hikari;

    ConnectionPool(DataSource dataSource) {
        this.hikari = DataSourceUnwrapper.unwrap(dataSource, HikariDataSource.class);
    }

    /** URL that the pool connects to; empty for another kind of data source. */
    String url() {
        return hikari == null || hikari.getJdbcUrl() == null ? "" : hikari.getJdbcUrl();
    }

    /** Runs work that gives back its connections before it ends. */
    <T> T watch(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException ex) {
            if (!(ex instanceof ProcessorException) && DatabaseFailures.isOfTheConnection(ex)) {
                replaceConnections();
            }
            throw ex;
        }
    }

    /** Replaces every connection when it is next given back, or at once if it is not in use. */
    void replaceConnections() {
        HikariPoolMXBean pool = hikari == null ? null : hikari.getHikariPoolMXBean();
        if (pool != null) {
            log.debug("Has all connections replaced");
            pool.softEvictConnections();
        }
    }
}
