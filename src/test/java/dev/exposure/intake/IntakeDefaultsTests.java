package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The defaults are there for every application, and everything else that says something wins. */
class IntakeDefaultsTests {

    private static final String URL = "spring.datasource.url";
    private static final String USERNAME = "spring.datasource.username";

    @Test
    void applicationGetsThemWithoutAnyFileOfItsOwn() {
        Environment environment = started(Map.of());

        assertThat(environment.getProperty("management.health.db.enabled")).isEqualTo("false");
        assertThat(environment.getProperty(URL)).startsWith("jdbc:h2:file:./data/exposure-intake;");
        assertThat(environment.getProperty(USERNAME)).isEqualTo("sa");
    }

    @Test
    void defaultPropertiesOfAnApplicationWin() {
        Environment environment = started(Map.of("spring.application.name", "pacing", USERNAME, "other"));

        assertThat(environment.getProperty("spring.application.name")).isEqualTo("pacing");
        assertThat(environment.getProperty(USERNAME)).isEqualTo("other");
        assertThat(environment.getProperty("management.health.db.enabled")).isEqualTo("false");
    }

    @Test
    void otherDatabaseGetsNoUserOfTheEmbeddedOne() {
        Environment environment = with(Map.of(URL, "jdbc:postgresql://db/ads?user=ads"));

        assertThat(environment.containsProperty(USERNAME)).isFalse();
        assertThat(environment.containsProperty("spring.datasource.password")).isFalse();
    }

    @Test
    void h2DatabaseElsewhereGetsItsUser() {
        assertThat(with(Map.of(URL, "jdbc:h2:file:/var/counts")).getProperty(USERNAME))
                .isEqualTo("sa");
        assertThat(with(Map.of(URL, "jdbc:h2:file:/var/counts", USERNAME, "me")).getProperty(USERNAME))
                .isEqualTo("me");
    }

    @Test
    void noneIsForTheKafkaClientsOfAnApplication() {
        StandardEnvironment environment = with(Map.of());

        environment.getPropertySources().stream()
                .filter(MapPropertySource.class::isInstance)
                .map(MapPropertySource.class::cast)
                .filter(source -> !source.getName().startsWith("system"))
                .forEach(
                        source -> assertThat(source.getPropertyNames()).noneMatch(it -> it.startsWith("spring.kafka")));
    }

    private static StandardEnvironment with(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        IntakeDefaults.addTo(environment);
        return environment;
    }

    /** Environment of an application that was started with these as its default properties. */
    private static Environment started(Map<String, Object> defaults) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(defaults);
        try (ConfigurableApplicationContext context = application.run()) {
            assertThat(context.getEnvironment().getPropertySources().contains(DefaultPropertiesPropertySource.NAME))
                    .isEqualTo(!defaults.isEmpty());
            return context.getEnvironment();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {}
}
