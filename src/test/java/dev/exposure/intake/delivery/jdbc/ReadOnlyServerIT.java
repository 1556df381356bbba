package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.delivery.ProcessorException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a server that has become read-only, as a standby is, are not kept when another one can be written to. */
class ReadOnlyServerIT {

    @TempDir
    Path folder;

    @Test
    void writingWorksAgainWhenConnectionsToAReadOnlyServerAreReplaced() {
        try (DatabaseFixture database = new DatabaseFixture(Database.POSTGRESQL.newUrl(folder))) {
            JdbcDelivery sink = database.sink();
            sink.prepare();
            String name = database.jdbc().queryForObject("SELECT current_database()", String.class);
            Database.admin().execute("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
            database.dataSource().getHikariPoolMXBean().softEvictConnections();
            assertThatThrownBy(() -> sink.deliver(List.of(range(P0, 0, 3, 1))))
                    .isNotInstanceOf(ProcessorException.class)
                    .rootCause()
                    .hasMessageContaining("read-only");

            // What is connected already goes on as it is.
            Database.admin().execute("ALTER DATABASE " + name + " RESET default_transaction_read_only");

            await().ignoreExceptions()
                    .until(() -> sink.deliver(List.of(range(P0, 0, 3, 1))).processed() == 3);
        }
    }
}
