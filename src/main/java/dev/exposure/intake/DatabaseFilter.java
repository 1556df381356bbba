package dev.exposure.intake;

import dev.exposure.intake.delivery.OnDelivery;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out Spring Boot's database configuration where the delivery needs no database and the application names none.
 * Otherwise Spring Boot would start an in-memory database, because the jar holds a driver for one.
 */
public final class DatabaseFilter implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final Set<String> OF_DATABASE = Set.of(
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");

    private @Nullable Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
        Environment current = Objects.requireNonNull(environment);
        boolean without = OnDelivery.isKafka(current) && !current.containsProperty("spring.datasource.url");
        boolean[] wanted = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            String name = classes[i];
            wanted[i] = !without || name == null || !OF_DATABASE.contains(name);
        }
        return wanted;
    }
}
