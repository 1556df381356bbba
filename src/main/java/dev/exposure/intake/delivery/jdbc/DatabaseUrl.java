package dev.exposure.intake.delivery.jdbc;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** Checks the configured URL of the database at the start: with one that no driver takes, every connection would fail for ever. */
final class DatabaseUrl {

    private static final String PROPERTY = "spring.datasource.url";

    /** The part that names no host, database, user or password. */
    private static final Pattern KIND = Pattern.compile("jdbc:\\w{1,30}:");

    private DatabaseUrl() {}

    /**
     * Checks the URL, if one is configured and no driver of the application's own is to take it.
     *
     * @throws InvalidDatabaseUrlException when no driver takes it
     */
    static void check(Environment environment) {
        String url = environment.getProperty(PROPERTY, "");
        boolean ownDriver = environment.containsProperty("spring.datasource.driver-class-name");
        if (!url.isEmpty() && !ownDriver && !isTaken(url)) {
            Matcher kind = KIND.matcher(url);
            throw new InvalidDatabaseUrlException("No JDBC driver takes " + PROPERTY
                    + (kind.lookingAt() ? ", which begins with " + kind.group() : "")
                    + ": it must begin with jdbc:postgresql: or jdbc:h2:, and a port must be a number.");
        }
    }

    private static boolean isTaken(String url) {
        return Stream.concat(DriverManager.drivers(), unregistered(url)).anyMatch(driver -> accepts(driver, url));
    }

    /** The driver for such URLs, by its class: a driver registers only when somebody loads that. */
    private static Stream<Driver> unregistered(String url) {
        String name = url.startsWith("jdbc:") ? DatabaseDriver.fromJdbcUrl(url).getDriverClassName() : null;
        return name != null && ClassUtils.isPresent(name, null)
                ? Stream.of((Driver) BeanUtils.instantiateClass(ClassUtils.resolveClassName(name, null)))
                : Stream.empty();
    }

    private static boolean accepts(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException ex) {
            return false;
        }
    }
}
