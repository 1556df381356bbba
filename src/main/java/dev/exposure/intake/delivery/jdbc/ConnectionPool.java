package dev.exposure.intake.delivery.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DataSourceUnwrapper;

/**
 * The pool behind the data source, where it is Hikari's. Has its connections replaced when what fails can be mended only by
 * another connection: those to a server that has become read-only would else be used until their end of life. Safe for use by
 * several threads.
 */
final class ConnectionPool {

    private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);

    private final @Nullable HikariDataSource hikari;

    ConnectionPool(DataSource dataSource) {
        this.hikari = DataSourceUnwrapper.unwrap(dataSource, HikariDataSource.class);
    }

    /** URL that the pool connects to; empty for a data source of another kind, which a team chose for a reason. */
    String url() {
        return hikari == null || hikari.getJdbcUrl() == null ? "" : hikari.getJdbcUrl();
    }

    /** Runs work that uses connections and has given them back when it ends. */
    <T> T watch(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException ex) {
            if (DatabaseFailures.isOfTheConnection(ex)) {
                replaceConnections();
            }
            throw ex;
        }
    }

    /** Has every connection replaced when it is next given back, or at once where it is not in use. */
    void replaceConnections() {
        HikariPoolMXBean pool = hikari == null ? null : hikari.getHikariPoolMXBean();
        if (pool != null) {
            log.debug("Has all connections replaced");
            pool.softEvictConnections();
        }
    }
}
