package dev.exposure.intake.delivery;

import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How exposures are delivered.
 *
 * @param type What holds the positions, and with them makes the processing exactly once: jdbc (H2 or PostgreSQL). kafka is
 *     planned, and refused in this version.
 */
@ConfigurationProperties("intake.delivery")
public record DeliveryProperties(@DefaultValue("jdbc") String type) {

    /**
     * Stops the start unless the type is one that can be used. The type is no enum, because Spring Boot's message for a
     * wrong one would list the planned name as valid.
     */
    public void requireAvailable() {
        String name = type.strip().toLowerCase(Locale.ROOT);
        if (!name.equals("jdbc")) {
            String reason = name.equals("kafka")
                    ? "This delivery is planned, but not in this version."
                    : "There is no such delivery.";
            throw new InvalidConfigurationPropertyValueException(
                    "intake.delivery.type", type, reason + " Allowed: jdbc.");
        }
    }
}
