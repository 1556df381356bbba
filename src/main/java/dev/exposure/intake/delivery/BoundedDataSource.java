package dev.exposure.intake.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Lends connections on which no answer is awaited for longer than a limit.
 *
 * <p>A query timeout asks the server to cancel, which is of no use when the network swallows everything; and the
 * PostgreSQL driver waits without limit by default. Set here and not in the URL, so that a user's URL can't forget it.
 * The pool resets it when the connection goes back; H2, which runs in this process, ignores it.
 */
final class BoundedDataSource extends DelegatingDataSource {

    private final int limitMillis;

    BoundedDataSource(DataSource target, Duration limit) {
        super(target);
        this.limitMillis = Math.toIntExact(limit.toMillis());
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try {
            connection.setNetworkTimeout(Runnable::run, limitMillis);
            return connection;
        } catch (SQLException | RuntimeException ex) {
            connection.close();
            throw ex;
        }
    }
}
