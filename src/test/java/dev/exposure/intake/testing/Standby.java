package dev.exposure.intake.testing;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** A PostgreSQL server and another one that follows it by streaming replication. */
public final class Standby implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> NOT_COPIED = Set.of("postmaster.pid", "postmaster.opts", "pg_wal");

    private final int standbyPort = FreePort.next();
    private final EmbeddedPostgres primary;
    private final EmbeddedPostgres standby;
    private final JdbcTemplate onStandby;

    /** Starts both in this directory; the second one follows when this returns. */
    public Standby(Path directory) throws IOException, SQLException {
        Path data = directory.resolve("primary");
        this.primary = TestPostgres.start(FreePort.next(), data);
        Path copy = directory.resolve("standby");
        backUp(data, copy);
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + primary.getPort() + " user=postgres'\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        this.standby = TestPostgres.start(standbyPort, copy);
        this.onStandby = new JdbcTemplate(standby.getPostgresDatabase());
        await("the standby follows")
                .atMost(PATIENCE)
                .until(() -> count("SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'") == 1);
    }

    /** Address of the server that is written to at first. */
    public String primaryAddress() {
        return "127.0.0.1:" + primary.getPort();
    }

    /** Address of the other one. */
    public String standbyAddress() {
        return "127.0.0.1:" + standbyPort;
    }

    /** Has the standby fall behind from now on. */
    public void stopFollowing() {
        onStandby.execute("ALTER SYSTEM SET primary_conninfo = ''");
        onStandby.execute("SELECT pg_reload_conf()");
        await("the standby follows no more")
                .atMost(PATIENCE)
                .until(() -> count("SELECT count(*) FROM pg_stat_wal_receiver") == 0);
    }

    /** Ends the first server for good and makes the other one take writes. */
    public void failOver() throws IOException {
        primary.close();
        onStandby.execute("SELECT pg_promote()");
        await("the standby takes writes")
                .atMost(PATIENCE)
                .until(() -> count("SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END") == 0);
    }

    private long count(String sql) {
        Long count = onStandby.queryForObject(sql, Long.class);
        return count == null ? -1 : count;
    }

    private void backUp(Path data, Path copy) throws IOException, SQLException {
        try (Connection connection = primary.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('standby', true)");
            copy(data, copy);
            try (ResultSet label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(copy.resolve("backup_label"), label.getString(1));
            }
        }
        Files.createDirectories(copy.resolve("pg_wal/archive_status"));
        Files.createDirectories(copy.resolve("pg_wal/summaries"));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (folder.getParent().equals(from)
                        && NOT_COPIED.contains(folder.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!NOT_COPIED.contains(file.getFileName().toString()) && Files.exists(file)) {
                    Files.copy(file, to.resolve(from.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE; // the server has removed it meanwhile, which its log makes good
            }
        });
    }

    @Override
    public void close() throws IOException {
        try {
            standby.close();
        } finally {
            primary.close();
        }
    }
}
