package dev.exposure.intake.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.exposure.intake.testing.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.mock.env.MockEnvironment;

/** Real failures of real bundles and clients, by the analyzers that a start asks. */
class FailureAnalyzerTests {

    private static final String BUNDLE = "spring.ssl.bundle.pem.kafka.";
    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required ";

    @TempDir
    Path files;

    @Test
    void fileThatIsMissingIsNamedWithItsProperty() {
        FailureAnalysis analysis = bundle(Map.of("truststore.certificate", "file:/nowhere/ca.crt"));

        assertThat(analysis.getDescription())
                .isEqualTo(BUNDLE + "truststore.certificate, file:/nowhere/ca.crt, can't be used:"
                        + " /nowhere/ca.crt (No such file or directory)");
        assertThat(analysis.getAction()).contains("X.509 certificates in PEM format");
    }

    @Test
    void fileThatIsMissingAndFollowedIsNamedToo() {
        FailureAnalysis analysis =
                bundle(Map.of("truststore.certificate", "file:/nowhere/ca.crt", "reload-on-update", "true"));

        assertThat(analysis.getDescription())
                .startsWith(BUNDLE + "truststore.certificate, file:/nowhere/ca.crt, can't");
    }

    @Test
    void fileThatHoldsSomethingElseIsNamedAndNotQuoted() throws Exception {
        Certificates certificates = new Certificates(files).authority("ca");
        Path garbage = Files.writeString(files.resolve("key.pem"), "geheim");
        FailureAnalysis analysis = bundle(Map.of(
                "truststore.certificate", certificates.certificate("ca").toString(),
                "keystore.certificate", certificates.certificate("ca").toString(),
                "keystore.private-key", garbage.toString()));

        assertThat(analysis.getDescription())
                .isEqualTo(BUNDLE + "keystore.private-key, " + garbage
                        + ", can't be used: Missing private key or unrecognized format");
        assertThat(analysis.getAction()).contains("private key in PEM format").doesNotContain("geheim");
    }

    @Test
    void keyThatIsWrittenIntoThePropertyIsNotShown() {
        FailureAnalysis analysis = bundle(Map.of(
                "keystore.certificate", "file:/nowhere/tls.crt",
                "keystore.private-key", "-----BEGIN PRIVATE KEY-----\ngeheim\n-----END PRIVATE KEY-----"));
        assertThat(analysis.getDescription()).contains("tls.crt").doesNotContain("geheim");

        analysis = bundle(
                Map.of("truststore.certificate", "-----BEGIN CERTIFICATE-----\ngeheim\n-----END CERTIFICATE-----"));
        assertThat(analysis.getDescription())
                .startsWith(BUNDLE + "truststore.certificate can't be used: ")
                .doesNotContain("geheim");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            M username="x" password="geheim"       | JAAS config entry not terminated by semi-colon
            M username="x" password=ge heim;       | Value not specified for key '...' in JAAS config
            M username="x" password="ge"heim";     | JAAS config
            geheim                                 | Login module control flag not specified in JAAS config
            x geheim username="x";                 | Invalid login module control flag '...' in JAAS config
            x.Geheim required username="x";        | its login module was not found
            -                                      | Could not find a 'KafkaClient' entry in the JAAS configuration. System property 'java.security.auth.login.config' is not set
            """)
    void loginThatCanNotBeReadIsSaidWithoutAPieceOfIt(String line, String reason) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN"));
        if (!line.equals("-")) {
            settings.put("sasl.jaas.config", line.replace("M ", PLAIN));
        }

        FailureAnalysis analysis = client(settings);

        assertThat(analysis.getDescription())
                .startsWith("The login at the brokers can't be used: ")
                .contains(reason)
                .doesNotContainIgnoringCase("heim");
        assertThat(analysis.getAction()).contains("spring.kafka.properties.sasl.jaas.config", "spring.kafka.jaas.*");
    }

    @Test
    void filesOfAClientAreNamed() {
        assertThat(client(Map.of("security.protocol", "SSL", "ssl.truststore.location", "/nowhere/x.jks"))
                        .getDescription())
                .isEqualTo("The TLS files for the brokers can't be used:"
                        + " Failed to load SSL keystore /nowhere/x.jks of type JKS: /nowhere/x.jks");
        FailureAnalysis text = client(Map.of(
                "security.protocol", "SSL", "ssl.truststore.type", "PEM", "ssl.truststore.certificates", "geheim"));
        assertThat(text.getDescription())
                .isEqualTo("The TLS files for the brokers can't be used: No matching CERTIFICATE entries in PEM file");
        assertThat(text.getAction()).contains("spring.kafka.ssl.*");
    }

    @Test
    void whatIsNoMatterOfLoginOrFilesIsLeftToOthers() {
        assertThat(analysis(new IllegalStateException("geheim"), new MockEnvironment()))
                .isNull();
        assertThat(client(Map.of("security.protocol", "SASL")).getDescription())
                .startsWith("The Kafka client refuses its configuration: ");
    }

    private static FailureAnalysis bundle(Map<String, String> properties) {
        List<FailureAnalysis> found = new ArrayList<>();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                .withPropertyValues(properties.entrySet().stream()
                        .map(it -> BUNDLE + it.getKey() + "=" + it.getValue())
                        .toArray(String[]::new))
                .run(context -> {
                    Throwable failure = context.getStartupFailure();
                    MockEnvironment environment = new MockEnvironment();
                    properties.forEach((name, value) -> environment.setProperty(BUNDLE + name, value));
                    if (failure == null) {
                        failure = catchThrowable(() -> context.getBean(SslBundles.class)
                                .getBundle("kafka")
                                .createSslContext());
                    }
                    found.add(analysis(Objects.requireNonNull(failure), environment));
                });
        return found.get(0);
    }

    private static FailureAnalysis client(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", "127.0.0.1:1");
        Throwable failure = catchThrowable(() -> Admin.create(all).close());
        return analysis(new IllegalStateException("bean", failure), new MockEnvironment());
    }

    /** As Spring Boot asks them: all that are registered, the first that knows wins. */
    private static FailureAnalysis analysis(Throwable failure, Environment environment) {
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(
                        FailureAnalyzer.class,
                        ArgumentResolver.of(Environment.class, environment),
                        (type, name, ex) -> {})
                .stream()
                .filter(it -> it.getClass().getName().startsWith("dev.exposure."))
                .map(it -> it.analyze(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
