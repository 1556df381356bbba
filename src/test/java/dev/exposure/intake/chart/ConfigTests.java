package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The configuration file in the ConfigMap says what the values say, in properties that the service knows. */
class ConfigTests {

    private static final Set<String> KNOWN = new HashSet<>();
    private static final Set<String> MAPS = new HashSet<>();

    static {
        try {
            for (URL url : Collections.list(
                    ConfigTests.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream in = url.openStream()) {
                    JsonMapper.shared().readTree(in).get("properties").forEach(ConfigTests::learn);
                }
            }
        } catch (IOException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private static void learn(JsonNode property) {
        if (property.path("deprecated").asBoolean(false) || property.has("deprecation")) {
            return;
        }
        KNOWN.add(property.get("name").asString());
        if (property.path("type").asString("").startsWith("java.util.Map")) {
            MAPS.add(property.get("name").asString());
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyPropertyIsOneThatTheServiceKnows(String example) throws IOException {
        List<String> unknown = names(Chart.example(example).render().config()).stream()
                .filter(it -> !it.equals("my.webhook.secret"))
                .filter(it -> !KNOWN.contains(it))
                .filter(it -> MAPS.stream().noneMatch(map -> it.startsWith(map + ".") || it.startsWith(map + "[")))
                .toList();
        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void bundlesOfCertificatesAreWhatSpringReads(String example) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        source(Chart.example(example).render().config())
                .forEach(it -> environment.getPropertySources().addFirst(it));
        new Binder(ConfigurationPropertySources.get(environment))
                .bind(
                        "spring.ssl",
                        Bindable.of(SslProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    }

    /** By it the chart tells a misspelt name from a property. */
    @Test
    void listOfTheServicesPropertiesIsComplete() throws IOException {
        String expected = KNOWN.stream()
                .filter(it -> it.startsWith("intake."))
                .map(it -> MAPS.contains(it) ? it + ".*" : it)
                .sorted()
                .collect(Collectors.joining("\n", "", "\n"));
        Path file = Files.createDirectories(Path.of("target")).resolve("intake-properties.txt");
        Files.writeString(file, expected);

        assertThat(Files.readString(Chart.DIRECTORY.resolve("files").resolve("intake-properties.txt")))
                .as("files/intake-properties.txt has to be " + file)
                .isEqualTo(expected);
    }

    @Test
    void staticMembersAreNamedByTheirPods() {
        Manifests manifests = Chart.example("static").render();
        assertThat(property(manifests, "group.instance.id")).isEqualTo("${POD_NAME}");
        assertThat(manifests.env("POD_NAME").at("/fieldRef/fieldPath").asString())
                .isEqualTo("metadata.name");
        assertThat(property(manifests, "session.timeout.ms")).isEqualTo("60000");
        assertThat(property(manifests, "max.poll.interval.ms"))
                .as("a large number is not written as 6e+05")
                .isEqualTo("600000");
        Manifests byBrokers =
                Chart.example("static").and("kafka: {groupProtocol: consumer}").render();
        assertThat(byBrokers.config()).as("refused in that protocol").doesNotContain("session.timeout.ms");
        assertThat(Chart.least().render().config()).doesNotContain("group.instance.id");
    }

    @Test
    void freeConfigurationWinsOverTheValuesAndKeepsTheOthers() {
        Manifests manifests = Chart.least()
                .and(
                        "config: {intake: {initial-position: PT2H}, management: {tracing: {enabled: true}}, big: 52428800}")
                .render();
        assertThat(manifests.config("/intake/initial-position").asString()).isEqualTo("PT2H");
        assertThat(manifests.config("/intake/topics/0").asString()).isEqualTo("ad-exposure");
        assertThat(manifests.config("/management/tracing/enabled").asBoolean()).isTrue();
        assertThat(manifests.config("/big").asString()).isEqualTo("52428800");
        assertThat(Chart.example("everything")
                        .render()
                        .env("SPRING_CONFIG_ADDITIONAL_LOCATION")
                        .asString())
                .as("the last wins")
                .isEqualTo("file:/etc/exposure-intake/config/,file:/etc/exposure-intake/existing-config/");
    }

    @Test
    void embeddedDatabaseIsWhereTheImageHasItSoThatAVolumeFitsBoth() throws IOException {
        String image = Files.readString(Path.of("Dockerfile"))
                .lines()
                .filter(it -> it.startsWith("VOLUME "))
                .findFirst()
                .orElseThrow()
                .substring(7);
        String service =
                source(Files.readString(Path.of("src", "main", "resources", "exposure-intake-defaults.yml"))).stream()
                        .map(it -> it.getProperty("spring.datasource.url"))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElseThrow()
                        .toString();

        assertThat(Chart.least().render().config("/spring/datasource/url").asString())
                .isEqualTo(service.replace("file:./", "file:" + image + "/"));
        assertThat(Chart.least().render().container().get("volumeMounts").valueStream())
                .anyMatch(it -> it.get("mountPath").asString().equals(image));
    }

    @Test
    void heapIsSetWhereAnAgentThatIsInjectedDoesNotReplaceIt() {
        assertThat(Chart.least().render().env("JDK_JAVA_OPTIONS").asString()).isEqualTo("-XX:MaxRAMPercentage=50");
        assertThat(Chart.example("everything")
                        .and("jvm: {heapPercentage: 60}")
                        .render()
                        .env("JDK_JAVA_OPTIONS")
                        .asString())
                .startsWith("-XX:MaxRAMPercentage=60 -XX:+UseZGC ");
        assertThat(Chart.least().and("jvm: {heapPercentage: null}").render().envNames())
                .doesNotContain("JDK_JAVA_OPTIONS");
    }

    @Test
    void secretsComeFromSecretsOnly() {
        Manifests manifests = Chart.example("production")
                .and("operator: {existingSecret: ops, usernameKey: who, passwordKey: what}")
                .render();
        assertSecret(manifests, "SPRING_DATASOURCE_USERNAME", "exposure-intake-database", "username");
        assertSecret(manifests, "SPRING_DATASOURCE_PASSWORD", "exposure-intake-database", "password");
        assertSecret(manifests, "KAFKA_USERNAME", "exposure-intake-kafka", "username");
        assertSecret(manifests, "KAFKA_PASSWORD", "exposure-intake-kafka", "password");
        assertSecret(manifests, "INTAKE_OPERATOR_USERNAME", "ops", "who");
        assertSecret(manifests, "INTAKE_OPERATOR_PASSWORD", "ops", "what");
        assertSecret(Chart.example("hpa").render(), "SPRING_DATASOURCE_URL", "exposure-intake-database", "jdbc-url");
        assertThat(manifests.kinds()).doesNotContain("Secret");
        assertThat(Chart.least().render().envNames())
                .containsExactly("POD_NAME", "SPRING_CONFIG_ADDITIONAL_LOCATION", "JDK_JAVA_OPTIONS");
    }

    private static void assertSecret(Manifests manifests, String name, String secret, String key) {
        JsonNode reference = manifests.env(name).get("secretKeyRef");
        assertThat(reference.get("name").asString()).isEqualTo(secret);
        assertThat(reference.get("key").asString()).isEqualTo(key);
    }

    private static String property(Manifests manifests, String name) {
        return manifests
                .config("/spring/kafka/consumer/properties/[" + name + "]")
                .asString();
    }

    private static List<PropertySource<?>> source(String yaml) throws IOException {
        return new YamlPropertySourceLoader()
                .load("config", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> names(String yaml) throws IOException {
        List<String> names = new ArrayList<>();
        for (PropertySource<?> it : source(yaml)) {
            for (String name : ((EnumerablePropertySource<?>) it).getPropertyNames()) {
                names.add(name.replaceAll("\\[\\d+]", ""));
            }
        }
        return names;
    }

    static List<String> examples() {
        return Chart.examples();
    }
}
