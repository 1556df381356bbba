package dev.exposure.intake;

import dev.exposure.intake.delivery.OnDelivery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.Ordered;
import org.springframework.core.env.CompositePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/**
 * Adds the defaults of {@code exposure-intake-defaults.yml} below every other property source. They are not in an
 * {@code application.yml}, because that would hide the application's own file, or be hidden by it.
 */
public final class IntakeDefaults implements EnvironmentPostProcessor, Ordered {

    private static final String FILE = "exposure-intake-defaults.yml";
    private static final String URL = "spring.datasource.url";
    private static final String USERNAME = "spring.datasource.username";

    /** After the application's files are read. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        addTo(environment);
    }

    /** Adds the defaults; the database's URL and H2's user only where they are needed and not set. */
    public static void addTo(ConfigurableEnvironment environment) {
        List<PropertySource<?>> documents = load();
        add(environment.getPropertySources(), documents.get(0));
        if (!environment.containsProperty(URL) && !OnDelivery.isKafka(environment)) {
            add(environment.getPropertySources(), documents.get(1));
        }
        boolean isH2 = environment.getProperty(URL, "").startsWith("jdbc:h2:");
        if (isH2 && !environment.containsProperty(USERNAME)) {
            add(environment.getPropertySources(), documents.get(2));
        }
    }

    private static List<PropertySource<?>> load() {
        try {
            return new YamlPropertySourceLoader().load(FILE, new ClassPathResource(FILE));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Spring Boot keeps an application's default properties last, so these defaults are added to them if there are any. */
    private static void add(MutablePropertySources sources, PropertySource<?> defaults) {
        PropertySource<?> last = sources.get(DefaultPropertiesPropertySource.NAME);
        if (last == null) {
            sources.addLast(defaults);
            return;
        }
        CompositePropertySource both = new CompositePropertySource(DefaultPropertiesPropertySource.NAME);
        both.addPropertySource(last);
        both.addPropertySource(defaults);
        sources.replace(DefaultPropertiesPropertySource.NAME, both);
    }
}
