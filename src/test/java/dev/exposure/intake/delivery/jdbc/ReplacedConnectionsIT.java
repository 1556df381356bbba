package dev.exposure.intake.delivery.jdbc;

import static dev.exposure.intake.delivery.jdbc.Slices.P0;
import static dev.exposure.intake.delivery.jdbc.Slices.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.delivery.ProcessorException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that can no longer serve, as those to a standby, are not kept when others can. */
class ReplacedConnectionsIT {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "default_transaction_read_only = on, read-only",
        "search_path = nowhere, does not exist", // as where the address leads to an empty server for a while
    })
    void writingWorksAgainWhenConnectionsThatCanNoLongerServeAreReplaced(String setting, String refusal) {
        try (DatabaseFixture database = new DatabaseFixture(Database.POSTGRESQL.newUrl(folder))) {
            JdbcDelivery sink = database.sink();
            sink.prepare();
            String alter =
                    "ALTER DATABASE " + database.jdbc().queryForObject("SELECT current_database()", String.class);
            Database.admin().execute(alter + " SET " + setting);
            database.dataSource().getHikariPoolMXBean().softEvictConnections();
            assertThatThrownBy(() -> sink.deliver(List.of(range(P0, 0, 3, 1))))
                    .isNotInstanceOf(ProcessorException.class)
                    .rootCause()
                    .hasMessageContaining(refusal);

            // What is connected already goes on as it is.
            Database.admin().execute(alter + " RESET ALL");

            await().ignoreExceptions()
                    .until(() -> sink.deliver(List.of(range(P0, 0, 3, 1))).processed() == 3);
        }
    }

    @Test
    void writingWorksAgainWhenTheEmbeddedDatabaseWasClosed() {
        try (DatabaseFixture database = new DatabaseFixture(Database.H2.newUrl(folder))) {
            JdbcDelivery sink = database.sink();
            sink.prepare();
            sink.deliver(List.of(range(P0, 0, 3, 1)));

            Throwable unused =
                    catchThrowable(() -> database.jdbc().execute("SHUTDOWN IMMEDIATELY")); // the connection breaks

            await().ignoreExceptions()
                    .until(() -> sink.deliver(List.of(range(P0, 3, 6, 1))).processed() == 3);
            assertThat(database.exposures()).isEqualTo(6);
        }
    }
}
