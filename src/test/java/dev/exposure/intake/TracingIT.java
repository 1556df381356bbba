package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tracing is silent until Boot's own properties switch it on; then each poll is a span, without anything of its records. */
@ExtendWith(OutputCaptureExtension.class)
class TracingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private HttpServer collector;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            // The names in it are plain text.
            received.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    @Test
    void nothingIsSentOrShownByDefault(CapturedOutput output) {
        try (Service service = Service.start(properties("silent"))) {
            count(service, "silent");
            // That of another test may be ending.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                            .noneMatch(thread -> thread.getName().startsWith("BatchSpanProcessor")));
            assertThat(openMetrics(service)).doesNotContain("trace_id");
        }
        assertThat(received).isEmpty();
        assertThat(output.getAll().lines().filter(line -> line.contains("StartReporter") && line.contains("silent-0")))
                .isNotEmpty()
                .noneMatch(line -> line.matches(".*[0-9a-f]{32}.*"));
    }

    @Test
    void pollsAreSpansWhenSwitchedOn() {
        Map<String, String> properties = properties("traced");
        properties.put("management.opentelemetry.enabled", "true");
        properties.put("management.tracing.export.enabled", "true");
        properties.put("management.tracing.sampling.probability", "1.0");
        properties.put("management.opentelemetry.tracing.export.schedule-delay", "200ms");
        try (Service service = Service.start(properties)) {
            count(service, "traced");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(received)
                            .anySatisfy(spans -> assertThat(spans)
                                    .contains("intake poll", "messaging.batch.message_count", "exposure-intake")));
            // Prometheus refuses a scrape that has some where it does not expect them.
            assertThat(openMetrics(service)).doesNotContain("trace_id");
        }
        assertThat(received).noneMatch(spans -> spans.contains("secret") || spans.contains("feed_top"));
    }

    /** A scrape as Prometheus asks for it; the second one knows of the first. */
    private static String openMetrics(Service service) {
        service.prometheus();
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + service.port() + "/actuator/prometheus"))
                                    .header("Accept", "application/openmetrics-text;version=1.0.0")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** Not more than the address is given in both cases. */
    private Map<String, String> properties(String name) {
        broker.createTopic(name, 1);
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put(
                "management.opentelemetry.tracing.export.otlp.endpoint",
                "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");
        return properties;
    }

    private void count(Service service, String topic) {
        broker.write(topic, 0, Exposures.events("secret-ad", 0, 10));
        broker.write(topic, 0, List.of("{\"user_id\":\"secret-user\"".getBytes(UTF_8)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.counted("secret-ad")).isEqualTo(10));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.metric("intake_records_total{outcome=\"dead_letter\"}"))
                        .isEqualTo(1));
    }
}
