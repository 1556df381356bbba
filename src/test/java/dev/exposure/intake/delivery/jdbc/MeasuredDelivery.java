package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.delivery.Delivery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A sink on an empty database of its own, for measurements outside of this package. */
public final class MeasuredDelivery implements AutoCloseable {

    /** The databases that can be measured. */
    public static final List<String> DATABASES = List.of(Database.H2.name(), Database.POSTGRESQL.name());

    private static final int PIECE = 20_000;

    private final Database kind;
    private final DatabaseFixture database;
    private final JdbcDelivery sink;

    private MeasuredDelivery(Database kind, DatabaseFixture database, Duration window) {
        this.kind = kind;
        this.database = database;
        this.sink = database.sink(window);
    }

    /** Opens a sink; PostgreSQL answers a commit when it is on the disk, as servers do by default and the tests' does not. */
    public static MeasuredDelivery open(String databaseName, Path folder, Duration window) {
        Database kind = Database.valueOf(databaseName);
        String url = kind.newUrl(folder);
        if (kind == Database.POSTGRESQL) {
            String name = url.replaceAll(".*/([a-z0-9]+)(\\?.*)?$", "$1");
            Database.admin().execute("ALTER DATABASE " + name + " SET synchronous_commit = on");
        }
        MeasuredDelivery measured = new MeasuredDelivery(kind, new DatabaseFixture(url), window);
        measured.sink.prepare();
        return measured;
    }

    public Delivery sink() {
        return sink;
    }

    /** Empties the table of ids. */
    public void forgetIds() {
        database.jdbc().execute("TRUNCATE TABLE counted_exposure");
    }

    /** Fills the table of ids with random ones, counted just now; a multiple of 20,000. */
    public void fillIds(int count) {
        if (kind == Database.H2) {
            // In pieces: H2 is slow with a large transaction.
            for (int piece = 0; piece < count / PIECE; piece++) {
                database.jdbc()
                        .update(
                                "INSERT INTO counted_exposure SELECT ?, CAST(RANDOM_UUID() AS varchar), CURRENT_TIMESTAMP"
                                        + " FROM system_range(1, ?)",
                                DatabaseFixture.GROUP,
                                PIECE);
            }
        } else {
            database.jdbc()
                    .update(
                            "INSERT INTO counted_exposure SELECT ?, gen_random_uuid()::text, CURRENT_TIMESTAMP"
                                    + " FROM generate_series(1, ?)",
                            DatabaseFixture.GROUP,
                            count);
            database.jdbc().execute("VACUUM ANALYZE counted_exposure");
            database.jdbc().execute("CHECKPOINT");
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
