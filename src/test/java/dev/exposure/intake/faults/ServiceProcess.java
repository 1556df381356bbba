package dev.exposure.intake.faults;

import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.Scrape;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An instance of the service: the built jar in a process of its own. Started again, it keeps its name, port and log. */
final class ServiceProcess {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final String name;
    private final Path log;
    private final int port = FreePort.next();
    private final List<String> jvmOptions;
    private final Map<String, String> properties;
    private boolean measured;
    private ChildProcess process;
    private volatile double lastReRead;
    private double earlierReRead;

    /**
     * An instance that is not started yet.
     *
     * @param name what the group knows it by
     * @param jvmOptions options for its JVM beside those for a fast start
     */
    ServiceProcess(Path directory, String name, List<String> jvmOptions, Map<String, String> properties) {
        this.name = name;
        this.log = directory.resolve(name + ".log");
        this.jvmOptions = jvmOptions;
        this.properties = properties;
    }

    /** Has it started without the options for a fast start, which make it slower in the long run. */
    ServiceProcess measured() {
        measured = true;
        return this;
    }

    /** Starts it without waiting for it. */
    ServiceProcess start() {
        earlierReRead += lastReRead;
        lastReRead = 0;
        List<String> arguments = new ArrayList<>(jvmOptions);
        arguments.addAll(List.of(
                "-jar", jar(), "--server.port=" + port, "--server.address=127.0.0.1", "--spring.main.banner-mode=off"));
        properties.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        process = measured
                ? ChildProcess.plainJava(log, Map.of("HOSTNAME", name), arguments)
                : ChildProcess.java(log, Map.of("HOSTNAME", name), arguments);
        return this;
    }

    private static String jar() {
        String jar = System.getProperty("built.jar");
        if (jar == null) {
            throw new IllegalStateException("Run by the build, which names the jar: ./mvnw verify -Pfaults (or -Pops)");
        }
        return jar;
    }

    /** Waits until it says that it is ready. */
    ServiceProcess awaitReady() {
        Awaitility.await("readiness of " + name).atMost(LIMIT).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("The service did not start: " + process);
            }
            return health("/readiness") == 200;
        });
        return this;
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    String name() {
        return name;
    }

    /** Where it listens. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /**
     * Stops it with SIGTERM, as Kubernetes does, and waits until it has ended.
     *
     * @return how long that took
     */
    Duration stop() {
        sampleReRead();
        Instant begin = Instant.now();
        process.terminate();
        process.awaitExit(LIMIT);
        return Duration.between(begin, Instant.now());
    }

    /** Kills it with SIGKILL. */
    void kill() {
        process.kill();
    }

    /** Keeps it from running, its connections open (SIGSTOP). */
    void freeze() {
        process.freeze();
    }

    /** Lets it go on (SIGCONT). */
    void thaw() {
        process.thaw();
    }

    /** Status of the actuator's health or one of its groups such as {@code /liveness}; 0 when it does not answer. */
    int health(String group) {
        try {
            return get("/actuator/health" + group).statusCode();
        } catch (IOException ex) {
            return 0;
        }
    }

    /** Body of an actuator endpoint. */
    JsonNode actuator(String path) throws IOException {
        return JsonMapper.shared().readTree(get("/actuator/" + path).body());
    }

    /** What the assignment endpoint says of its state. */
    String state() throws IOException {
        return actuator("assignment").get("state").asString();
    }

    /** Partitions that it says it owns. */
    int owned() throws IOException {
        return actuator("assignment").get("partitions").size();
    }

    /** How many events of the type it shows. */
    long events(String type) throws IOException {
        return actuator("assignment")
                .get("events")
                .valueStream()
                .filter(event -> event.get("type").asString().equals(type))
                .count();
    }

    /**
     * Sum of the metric's samples that have all these labels.
     *
     * @throws IllegalStateException when there is none
     */
    double metric(String metric, Map<String, String> labels) throws IOException {
        List<Scrape.Sample> samples = samples(metric, labels);
        if (samples.isEmpty()) {
            throw new IllegalStateException(name + " shows no sample of " + metric + " with " + labels);
        }
        return samples.stream().mapToDouble(Scrape.Sample::value).sum();
    }

    private List<Scrape.Sample> samples(String metric, Map<String, String> labels) throws IOException {
        return scrape().named(metric).stream()
                .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    /** All its metrics, of one moment. */
    Scrape scrape() throws IOException {
        return Scrape.of(get("/actuator/prometheus").body());
    }

    /** Looks up how many records it has read that were counted before; a killed process can't be asked any more. */
    void sampleReRead() {
        if (measured) {
            return; // a scrape costs CPU
        }
        try {
            lastReRead = samples("intake_records_total", Map.of("outcome", "duplicate")).stream()
                    .mapToDouble(Scrape.Sample::value)
                    .sum();
        } catch (IOException ex) {
            // Starting, frozen or gone: what was seen last stays.
        }
    }

    /** Records read again by this instance and those before it, as far as it could be asked. */
    double reRead() {
        return earlierReRead + lastReRead;
    }

    /** All that it has printed, over all its lives. */
    List<String> lines() {
        return process.lines();
    }

    private HttpResponse<String> get(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address() + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException(ex);
        }
    }

    /** Its name and what it printed last. */
    @Override
    public String toString() {
        return name + ": " + process;
    }
}
