package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.actuate.HealthProbe;
import dev.exposure.intake.testing.Certificates;
import dev.exposure.intake.testing.SecurityGuide;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** HTTPS with a port of its own for management, as the guide to security tells it. */
@ExtendWith(OutputCaptureExtension.class)
class HttpsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    private final String password = UUID.randomUUID().toString();
    private Certificates certificates;
    private Service service;

    @Test
    void managementPortServesHttpsOnlyAndTakesARenewedCertificate(CapturedOutput output) throws Exception {
        certificates =
                new Certificates(directory).authority("ca").issue("first", "ca").issue("renewed", "ca");
        use("first");
        broker.createTopic("https", 1);
        try (Service started = Service.start(properties())) {
            service = started;
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(get("health/readiness").statusCode()).isEqualTo(200));
            assertThat(get("health/liveness").statusCode()).isEqualTo(200);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(get("lag").statusCode()).isEqualTo(200);
                assertThat(JsonMapper.shared()
                                .readTree(get("lag").body())
                                .get("totalLag")
                                .asLong(-1))
                        .isZero();
            });
            assertThatPlainHttpIsRefused();
            assertThatTheOtherPortShowsNothing();
            assertThatOnlyTheOperatorPauses();
            assertThatCode(() -> HealthProbe.check(Map.of("MANAGEMENT_SERVER_PORT", port("management"))))
                    .doesNotThrowAnyException();

            assertThat(shown("management")).isEqualTo(certificate("first"));
            use("renewed");
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(shown("management")).isEqualTo(certificate("renewed"));
                assertThat(shown("server")).isEqualTo(certificate("renewed"));
            });
            assertThat(get("health/liveness").statusCode()).isEqualTo(200);
        }
        assertThat(output.getAll())
                .doesNotContain(password)
                .doesNotContain("PRIVATE KEY")
                .doesNotContain("\tat ");
    }

    private void assertThatPlainHttpIsRefused() throws Exception {
        for (String path : new String[] {"health/liveness", "lag", "prometheus"}) {
            HttpResponse<String> answer = send(HttpClient.newHttpClient(), request("http", "management", path));
            assertThat(answer.statusCode()).as(path).isEqualTo(400);
            assertThat(answer.body()).contains("requires TLS");
        }
    }

    private void assertThatTheOtherPortShowsNothing() throws Exception {
        for (String path : new String[] {"health", "lag", "consumption"}) {
            assertThat(send(client(), request("https", "server", path)).statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    private void assertThatOnlyTheOperatorPauses() throws Exception {
        assertThat(pause(password + "x").statusCode()).isEqualTo(401);
        assertThat(get("consumption").body()).isEqualTo("{\"paused\":false}");
        assertThat(pause(password).statusCode()).isEqualTo(200);
        assertThat(get("consumption").body()).isEqualTo("{\"paused\":true}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(get("assignment").body()).contains("\"PAUSED\""));
    }

    private Map<String, String> properties() throws Exception {
        Map<String, String> properties = Service.properties(broker, "https", directory);
        properties.put("spring.config.additional-location", SecurityGuide.properties("https", directory));
        properties.put("management.server.port", "0");
        properties.put("management.server.address", "127.0.0.1");
        properties.put("spring.ssl.bundle.watch.file.quiet-period", "500ms");
        properties.put("intake.operator.username", "ops");
        properties.put("intake.operator.password", password);
        return properties;
    }

    private HttpResponse<String> pause(String sent) throws Exception {
        String basic = Base64.getEncoder().encodeToString(("ops:" + sent).getBytes(UTF_8));
        return send(
                client(),
                request("https", "management", "consumption")
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"paused\":true}")));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(client(), request("https", "management", path));
    }

    /** The certificate that a new connection to the port is shown. */
    private Certificate shown(String port) throws Exception {
        return send(client(), request("https", port, "health"))
                .sslSession()
                .orElseThrow()
                .getPeerCertificates()[0];
    }

    private HttpRequest.Builder request(String scheme, String port, String path) {
        return HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port(port) + "/actuator/" + path))
                .timeout(PATIENCE);
    }

    private String port(String of) {
        return String.valueOf(service.bean(Environment.class).getProperty("local." + of + ".port"));
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Has no connections yet, and trusts the authority alone. */
    private HttpClient client() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificate("ca"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private Certificate certificate(String name) throws Exception {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificates.certificate(name).getBytes(UTF_8)));
    }

    /** Puts certificate and key where the service looks for them. */
    private void use(String name) throws Exception {
        String certificate = certificates.certificate(name);
        String key = certificates.key(name);
        // One right after the other: a certificate is read again when neither file has changed for half a second.
        Files.writeString(directory.resolve("tls.crt"), certificate);
        Files.writeString(directory.resolve("tls.key"), key);
    }
}
