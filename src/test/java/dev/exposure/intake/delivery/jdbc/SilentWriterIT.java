package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exposure.intake.delivery.DeliveryResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A writer that falls silent in the middle of its transaction, as a frozen process or a lost machine does. */
class SilentWriterIT {

    private final CountDownLatch silent = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean armed;

    @TempDir
    Path folder;

    @Test
    void nextOwnerWritesAndNothingCountsTwiceWhenAWriterFallsSilentBeforeItsCommit() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (DatabaseFixture database = new DatabaseFixture(Database.POSTGRESQL.newUrl(folder))) {
            JdbcDelivery sink = database.sink();
            sink.prepare();
            sink.deliver(List.of(range(P0, 0, 10, 1)));
            JdbcDelivery frozen = database.sink(silentAtCommit(database.dataSource()), Duration.ofSeconds(1));
            assertThat(frozen.servesOneInstance()).isFalse();
            armed = true;
            Future<DeliveryResult> zombie = thread.submit(() -> frozen.deliver(List.of(range(P0, 10, 20, 1))));
            assertThat(silent.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(sink.deliver(List.of(range(P0, 10, 30, 1)))).isEqualTo(new DeliveryResult(20, 0, 0, Set.of()));

            over.countDown();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(zombie::get);
            assertThat(database.exposures()).isEqualTo(30);
        } finally {
            over.countDown();
            thread.shutdownNow();
        }
    }

    private DataSource silentAtCommit(DataSource target) {
        return new DelegatingDataSource(target) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                            if (armed && method.getName().equals("commit")) {
                                silent.countDown();
                                over.await();
                            }
                            try {
                                return method.invoke(connection, arguments);
                            } catch (InvocationTargetException ex) {
                                throw ex.getCause();
                            }
                        });
            }
        };
    }
}
