package dev.exposure.intake.delivery.jdbc;

import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * Creates and updates the tables with Flyway, configured by {@code spring.flyway.*}.
 *
 * <p>The location is set here, not by Spring Boot's <code>{vendor}</code> placeholder, because resolving that one
 * connects to the database while the application starts.
 */
final class Migrations {

    private final @Nullable Flyway flyway;

    /**
     * @param flyway Flyway as configured, or null where migrations are applied by other means
     *     ({@code spring.flyway.enabled=false})
     */
    Migrations(@Nullable Flyway flyway) {
        this.flyway = flyway;
    }

    void run(Dialect dialect) {
        if (flyway != null) {
            Flyway.configure(flyway.getConfiguration().getClassLoader())
                    .configuration(flyway.getConfiguration())
                    .locations("classpath:db/migration/" + dialect.vendor())
                    .load()
                    .migrate();
        }
    }
}
