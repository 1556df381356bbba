package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus server that scrapes each second, as a process of its own; closing it ends it. */
public final class Prometheus implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Process process;
    private final Path log;
    private final int port;
    private final Thread hook;

    private Prometheus(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param program its binary
     * @param directory where its files go; emptied first
     * @param rules rule file, or null for none
     * @param pods name and address of what it scrapes, labelled as the chart's PodMonitor labels pods
     */
    public static Prometheus start(String program, Path directory, @Nullable Path rules, Map<String, String> pods) {
        try {
            FileSystemUtils.deleteRecursively(directory);
            Files.createDirectories(directory);
            Path configuration = directory.resolve("prometheus.yml").toAbsolutePath();
            Files.writeString(configuration, configuration(rules, pods));
            Path log = directory.resolve("prometheus.log");
            int port = FreePort.next();
            Process process = new ProcessBuilder(
                            program,
                            "--config.file=" + configuration,
                            "--storage.tsdb.path=" + directory.resolve("data").toAbsolutePath(),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(new File("/dev/null"))
                    .start();
            Prometheus prometheus = new Prometheus(process, log, port);
            Awaitility.await("Prometheus, see " + log)
                    .atMost(Duration.ofSeconds(60))
                    .until(prometheus::isReady);
            return prometheus;
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static String configuration(@Nullable Path rules, Map<String, String> pods) {
        StringBuilder text = new StringBuilder("""
                global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                rule_files: [%s]
                scrape_configs:
                  - job_name: ads/exposure-intake
                    metrics_path: /actuator/prometheus
                    static_configs:
                """.formatted(rules == null ? "" : "'" + rules.toAbsolutePath() + "'"));
        new TreeMap<>(pods)
                .forEach((name, address) -> text.append("      - targets: ['")
                        .append(address)
                        .append("']\n        labels: {namespace: ads, container: exposure-intake, pod: ")
                        .append(name)
                        .append("}\n"));
        return text.toString();
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("Prometheus has ended, see " + log);
        }
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException ex) {
            return false;
        }
    }

    /** Names of the alerts that fire now; those that are only pending are not among them. */
    public Set<String> firing() {
        Set<String> names = new TreeSet<>();
        data("/api/v1/alerts").get("alerts").forEach(alert -> {
            if (alert.get("state").asString().equals("firing")) {
                names.add(alert.at("/labels/alertname").asString());
            }
        });
        return names;
    }

    /** Annotation of an alert that is pending or fires, empty where it is neither. */
    public String annotation(String alert, String name) {
        return data("/api/v1/alerts")
                .get("alerts")
                .valueStream()
                .filter(it -> it.at("/labels/alertname").asString().equals(alert))
                .map(it -> it.at("/annotations/" + name).asString())
                .findFirst()
                .orElse("");
    }

    /** Health of each rule, {@code ok} where its expression could be evaluated. */
    public List<String> ruleHealth() {
        return data("/api/v1/rules")
                .at("/groups/0/rules")
                .valueStream()
                .map(rule ->
                        rule.get("name").asString() + " " + rule.get("health").asString())
                .toList();
    }

    /** Series of an instant query. */
    public JsonNode query(String expression) {
        return data("/api/v1/query?query=" + encode(expression)).get("result");
    }

    /** Series of the query at each second since then. */
    public JsonNode queryRange(String expression, Instant since) {
        return data("/api/v1/query_range?query=" + encode(expression) + "&start=" + since.getEpochSecond() + "&end="
                        + Instant.now().getEpochSecond() + "&step=1s")
                .get("result");
    }

    /** Values of a label, as the variables of a dashboard ask for them. */
    public List<String> labelValues(String label, String selector) {
        return data("/api/v1/label/" + label + "/values?match%5B%5D=" + encode(selector))
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    private JsonNode data(String path) {
        try {
            HttpResponse<String> response = get(path);
            JsonNode answer = JsonMapper.shared().readTree(response.body());
            if (response.statusCode() != 200) {
                throw new IllegalArgumentException(
                        answer.path("error").asString("status " + response.statusCode()) + ": " + path);
            }
            return answer.get("data");
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private HttpResponse<String> get(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException(ex);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException ex) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
