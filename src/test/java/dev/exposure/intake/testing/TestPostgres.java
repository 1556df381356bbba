package dev.exposure.intake.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Real PostgreSQL servers, which are given more time to start than the ten seconds that a busy machine may need. */
public final class TestPostgres {

    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private TestPostgres() {}

    /** Starts a server with data of its own, which go with it. */
    public static EmbeddedPostgres start() throws IOException {
        return EmbeddedPostgres.builder().setPGStartupWait(START_LIMIT).start();
    }

    /** Starts a server on this port with the data in the directory, which stay when it stops; see {@link FreePort}. */
    public static EmbeddedPostgres start(int port, Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPGStartupWait(START_LIMIT)
                .start();
    }
}
