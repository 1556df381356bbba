package dev.exposure.intake.delivery.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Creates and updates the tables of the delivery with Flyway, configured by {@code spring.flyway.*}.
 *
 * <p>They have their own location and history table, so that an application can have its own migrations in the same schema
 * and with the same version numbers.
 */
final class Migrations {

    static final String LOCATION = "classpath:dev/exposure/intake/db/";
    static final String HISTORY_TABLE = "exposure_intake_schema_history";

    /**
     * If two instances start on an empty database, one may find the other's history table without its first row. Then no
     * statement has failed, and there is no cause. Other failures are outages, and are not repeated here.
     */
    private static final RetryTemplate REPEAT = new RetryTemplate(RetryPolicy.builder()
            .predicate(failure -> failure instanceof FlywayException && failure.getCause() == null)
            .maxRetries(3)
            .delay(Duration.ofMillis(200))
            .multiplier(2)
            .build());

    private final @Nullable Flyway flyway;

    /**
     * Creates what runs the migrations.
     *
     * @param flyway Flyway as configured, or null where migrations are applied by other means
     *     ({@code spring.flyway.enabled=false})
     */
    Migrations(@Nullable Flyway flyway) {
        this.flyway = flyway;
    }

    void run(Dialect dialect) {
        if (flyway != null) {
            REPEAT.invoke(() -> migrate(flyway, dialect));
        }
    }

    private static MigrateResult migrate(Flyway flyway, Dialect dialect) {
        return Flyway.configure(flyway.getConfiguration().getClassLoader())
                .configuration(flyway.getConfiguration())
                .locations(LOCATION + dialect.vendor())
                .target(MigrationVersion.LATEST)
                .javaMigrations() // not those of the application
                .table(HISTORY_TABLE)
                // The schema may hold the application's tables already; without this, Flyway would refuse it.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }

    /** Whether the application has its own migrations in the places where Flyway is configured to look. */
    static boolean areThereOthers(Flyway flyway, ResourcePatternResolver resources) {
        Configuration configuration = flyway.getConfiguration();
        return configuration.getJavaMigrations().length > 0
                || Arrays.stream(configuration.getLocations())
                        .anyMatch(location -> holdsMigrations(location, resources));
    }

    private static boolean holdsMigrations(Location location, ResourcePatternResolver resources) {
        if (!location.getDescriptor().startsWith("classpath:")) {
            return true;
        }
        String path = location.getDescriptor().substring("classpath:".length());
        try {
            return resources.getResources("classpath*:" + path + "/**/*.*").length > 0;
        } catch (IOException ex) {
            throw new UncheckedIOException("The migrations under " + path + " can't be looked for", ex);
        }
    }
}
