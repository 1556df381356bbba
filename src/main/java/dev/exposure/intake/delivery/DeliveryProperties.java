package dev.exposure.intake.delivery;

import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Which sink counts and positions go to.
 *
 * @param type Sink to use; only jdbc is available in this version.
 */
@ConfigurationProperties("intake.sink")
public record DeliveryProperties(@DefaultValue("jdbc") String type) {

    private static final Set<String> PLANNED = Set.of("http", "kafka", "log");

    /**
     * Stops the start unless the type is one that can be used. The type is no enum, because Spring Boot's message for a
     * wrong one would list the planned names as valid.
     */
    void requireAvailable() {
        String name = type.strip().toLowerCase(Locale.ROOT);
        if (!name.equals("jdbc")) {
            String reason = PLANNED.contains(name)
                    ? "This sink is planned, but not available in this version."
                    : "There is no such sink.";
            throw new InvalidConfigurationPropertyValueException("intake.sink.type", type, reason + " Allowed: jdbc.");
        }
    }
}
