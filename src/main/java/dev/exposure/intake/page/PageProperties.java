package dev.exposure.intake.page;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The page at {@code /}.
 *
 * @param enabled Whether to show a page at "/", on the port of the actuator. It shows only what the actuator's
 *     endpoints show to anyone.
 */
@ConfigurationProperties("intake.page")
record PageProperties(@DefaultValue("true") boolean enabled) {}
