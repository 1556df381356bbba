package dev.exposure.intake.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.JdbcTemplate;

/** Real PostgreSQL servers, which are given more time to start than the ten seconds that a busy machine may need. */
public final class TestPostgres {

    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Map<String, String> URLS = new ConcurrentHashMap<>();

    private TestPostgres() {}

    /**
     * URL of a database of this name on the server that all tests of this JVM share. The first call with a name creates the
     * database; the name of the test's topic is a good one.
     */
    public static String url(String name) {
        return URLS.computeIfAbsent(name, TestPostgres::create);
    }

    private static String create(String name) {
        admin().execute("CREATE DATABASE \"" + name + "\"");
        return Shared.SERVER.getJdbcUrl("postgres", name);
    }

    /** Access to the shared server beside the tests' databases. */
    public static JdbcTemplate admin() {
        return new JdbcTemplate(Shared.SERVER.getPostgresDatabase());
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

    /** The server ends with the JVM. */
    private static final class Shared {

        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setPGStartupWait(START_LIMIT)
                        .setServerConfig("max_connections", "200")
                        // Nothing here outlives the server.
                        .setServerConfig("fsync", "off")
                        .start();
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }
}
