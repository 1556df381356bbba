package dev.exposure.intake.delivery.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL database that can't hold every id is refused before the first write, not by the first odd id. */
class EncodingIT {

    @TempDir
    Path folder;

    @Test
    void prepareFailsWhenEncodingIsNotUtf8() {
        Database.admin()
                .execute("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        String url = Database.POSTGRESQL.newUrl(folder).replaceFirst("/sink\\d+", "/latin");
        try (DatabaseFixture database = new DatabaseFixture(url)) {
            assertThatThrownBy(() -> database.sink().prepare())
                    .hasMessageContaining("The encoding of this database is LATIN1, but exposure-intake needs UTF8.");
        }
    }
}
