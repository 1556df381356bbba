package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus that scrapes one running service each second, with a rule file; its binary is the caller's. */
public final class Prometheus implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final int port;

    private Prometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts the binary on a free port, with its data in the directory. */
    public static Prometheus start(String binary, Path directory, Path rules, int scrapedPort) {
        try {
            int port = freePort();
            Path configuration = directory.resolve("prometheus.yml");
            Files.writeString(configuration, """
                    global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                    rule_files: ['%s']
                    scrape_configs:
                      - job_name: intake
                        metrics_path: /actuator/prometheus
                        static_configs:
                          - targets: ['127.0.0.1:%d']
                            labels: {namespace: ads, pod: intake-0}
                    """.formatted(rules.toAbsolutePath(), scrapedPort));
            Process process = new ProcessBuilder(List.of(
                            binary,
                            "--config.file=" + configuration,
                            "--storage.tsdb.path=" + directory.resolve("tsdb"),
                            "--web.listen-address=127.0.0.1:" + port,
                            "--log.level=warn"))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("prometheus.log").toFile())
                    .start();
            return new Prometheus(process, port);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Names of the alerts that fire now; those that are only pending are not among them. */
    public Set<String> firing() {
        Set<String> names = new TreeSet<>();
        get("/api/v1/alerts").at("/data/alerts").forEach(alert -> {
            if (alert.get("state").asString().equals("firing")) {
                names.add(alert.at("/labels/alertname").asString());
            }
        });
        return names;
    }

    /** Annotation of an alert that is pending or fires, empty where it is neither. */
    public String annotation(String alert, String name) {
        return get("/api/v1/alerts")
                .at("/data/alerts")
                .valueStream()
                .filter(it -> it.at("/labels/alertname").asString().equals(alert))
                .map(it -> it.at("/annotations/" + name).asString())
                .findFirst()
                .orElse("");
    }

    /** Health of each rule, {@code ok} where its expression could be evaluated. */
    public List<String> ruleHealth() {
        return get("/api/v1/rules")
                .at("/data/groups/0/rules")
                .valueStream()
                .map(rule ->
                        rule.get("name").asString() + " " + rule.get("health").asString())
                .toList();
    }

    /** How many series a query finds now. */
    public int series(String query) {
        return get("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
                .at("/data/result")
                .size();
    }

    private JsonNode get(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .build();
            return JsonMapper.shared()
                    .readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException ex) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
