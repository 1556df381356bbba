package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.outage.SafeMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;

/** The transaction manager of the application begins no transaction on its data source; nothing was written. */
final class UnmanagedDataSourceException extends IllegalStateException implements SafeMessage {

    private static final long serialVersionUID = 1L;

    UnmanagedDataSourceException(@Nullable PlatformTransactionManager manager) {
        super("the application's transaction manager, "
                + (manager == null ? "none" : manager.getClass().getSimpleName())
                + ", does not manage its data source; make the one that does @Primary (JdbcTransactionManager or"
                + " JpaTransactionManager on the same DataSource)");
    }
}
