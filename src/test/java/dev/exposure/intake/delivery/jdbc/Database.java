package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.IntakeDefaults;
import dev.exposure.intake.testing.TestPostgres;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;

/** The databases that every test of the sink runs against; both are real. */
enum Database {
    H2 {
        @Override
        String newUrl(Path folder) {
            return defaultUrl()
                    .replace(
                            "./data/exposure-intake",
                            folder.resolve("exposure-intake").toString());
        }
    },

    POSTGRESQL {
        @Override
        String newUrl(Path folder) {
            return TestPostgres.url("sink" + NUMBER.incrementAndGet());
        }
    };

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** URL of an empty database. */
    abstract String newUrl(Path folder);

    /** Access to the PostgreSQL server beside the tests' databases. */
    static JdbcTemplate admin() {
        return TestPostgres.admin();
    }

    /** URL that the application uses when none is configured. */
    static String defaultUrl() {
        StandardEnvironment environment = new StandardEnvironment();
        IntakeDefaults.addTo(environment);
        return environment.getRequiredProperty("spring.datasource.url");
    }
}
