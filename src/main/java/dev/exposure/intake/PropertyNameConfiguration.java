package dev.exposure.intake;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.ClassUtils;

/** Has the names of the properties checked before any bean is made. */
@AutoConfiguration
class PropertyNameConfiguration {

    @Bean
    static BeanFactoryPostProcessor intakePropertyNames(ConfigurableEnvironment environment) {
        return beans -> {
            ClassLoader loader = beans.getBeanClassLoader();
            KnownProperties known = KnownProperties.on(loader == null ? ClassUtils.getDefaultClassLoader() : loader);
            new PropertyNameCheck(known).check(environment);
        };
    }
}
