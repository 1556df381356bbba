package dev.exposure.intake;

import java.util.Objects;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;

/** Checks the names of the properties before any bean is created. */
@AutoConfiguration
class PropertyNameConfiguration {

    @Bean
    static BeanFactoryPostProcessor intakePropertyNames(ConfigurableEnvironment environment) {
        return beans -> {
            ClassLoader loader = Objects.requireNonNullElseGet(
                    beans.getBeanClassLoader(), PropertyNameConfiguration.class::getClassLoader);
            new PropertyNameCheck(KnownProperties.on(loader)).check(environment);
        };
    }
}
