package dev.exposure.intake.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.exposure.intake.IntakeApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service, started in this JVM as a user would start it, on a free port. */
public final class Service implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Of two services that start at once, one after the other sets up logging, which is common to them. */
    private static final ReentrantLock LOGGING = new ReentrantLock();

    /** Loggers of brokers, which are in this JVM too: what they say on a busy machine says nothing of the service. */
    private static final List<String> BROKERS = List.of(
            "kafka",
            "state.change.logger",
            "org.apache.kafka.controller",
            "org.apache.kafka.coordinator",
            "org.apache.kafka.image",
            "org.apache.kafka.metadata",
            "org.apache.kafka.raft",
            "org.apache.kafka.server",
            "org.apache.kafka.storage");

    /** How often members of a group tell the broker that they live, and so how soon they learn of a rebalance. */
    static final int HEARTBEAT_MILLIS = 200;

    private static final String CONSUMER = "spring.kafka.consumer.properties.";

    /** Intervals shorter than those that the service has by default, so that tests wait less. */
    private static final Map<String, String> SHORT_INTERVALS = Map.of(
            "spring.kafka.listener.poll-timeout",
            "100ms",
            "spring.kafka.listener.idle-event-interval",
            "300ms",
            CONSUMER + "fetch.max.wait.ms",
            "100",
            CONSUMER + "fetch.min.bytes",
            "1",
            "spring.kafka.properties.reconnect.backoff.max.ms",
            "500",
            "spring.kafka.properties.retry.backoff.max.ms",
            "500",
            "intake.retry.max-delay",
            "1s",
            "intake.partition-detection",
            "500ms",
            "intake.lag.interval",
            "500ms",
            "intake.balance.interval",
            "500ms");

    private final ConfigurableApplicationContext context;

    private Service(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts the service with these properties, and with further beans such as a sink of the test's own. Where the properties
     * do not name them, intervals are shorter than the service's own.
     */
    public static Service start(Map<String, String> properties, Class<?>... furtherBeans) {
        List<Class<?>> sources = new ArrayList<>(List.of(furtherBeans));
        sources.add(0, IntakeApplication.class);
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--spring.jmx.enabled=false"));
        Map<String, String> all = new HashMap<>(properties);
        if (!"consumer".equals(all.get(CONSUMER + "group.protocol"))) {
            // With the newer protocol the broker says so.
            all.putIfAbsent(CONSUMER + "heartbeat.interval.ms", String.valueOf(HEARTBEAT_MILLIS));
        }
        SHORT_INTERVALS.forEach(all::putIfAbsent);
        BROKERS.forEach(logger -> arguments.add("--logging.level." + logger + "=off"));
        all.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        LOGGING.lock();
        try {
            return new Service(new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                    .initializers(context -> release())
                    .run(arguments.toArray(String[]::new)));
        } finally {
            release();
        }
    }

    private static void release() {
        if (LOGGING.isHeldByCurrentThread()) {
            LOGGING.unlock();
        }
    }

    /**
     * Properties for a group and a topic of the same name on a broker, counting into an H2 file in the directory.
     */
    public static Map<String, String> properties(TestBroker broker, String name, Path directory) {
        Map<String, String> properties = new HashMap<>();
        properties.put("spring.kafka.bootstrap-servers", broker.bootstrapServers());
        properties.put("spring.kafka.consumer.group-id", name);
        properties.put("intake.topics", name);
        properties.put("spring.datasource.url", h2(directory.resolve(name)));
        return properties;
    }

    /** The same without a database: results go to the topic of this name with {@code .results} behind it. */
    public static Map<String, String> kafkaDeliveryProperties(String bootstrapServers, String name) {
        Map<String, String> properties = new HashMap<>();
        properties.put("spring.kafka.bootstrap-servers", bootstrapServers);
        properties.put("spring.kafka.consumer.group-id", name);
        properties.put("intake.topics", name);
        properties.put("intake.delivery.type", "kafka");
        properties.put("intake.delivery.kafka.topic", name + ".results");
        return properties;
    }

    /** URL of an H2 database in this file, with the options of the service's default. */
    public static String h2(Path file) {
        return "jdbc:h2:file:" + file + ";WRITE_DELAY=0;LOCK_TIMEOUT=5000;DB_CLOSE_ON_EXIT=FALSE;NON_KEYWORDS=MINUTE";
    }

    /** Bean of the running service. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Body of an actuator endpoint, as JSON. */
    public JsonNode actuator(String path) {
        return JsonMapper.shared().readTree(get("/actuator/" + path));
    }

    /** Metrics as Prometheus scrapes them. */
    public String prometheus() {
        return get("/actuator/prometheus");
    }

    private String get(String path) {
        return http(path).body();
    }

    /** Answer of the running service to a request for the path. */
    public HttpResponse<String> http(String path) {
        return send(request(path));
    }

    /** Answer of the running service to JSON that is posted to the path by a user. */
    public HttpResponse<String> post(String path, String username, String password, String json) {
        return send(request(path)
                .header("Authorization", basic(username, password))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Answer of the running service to a user who asks for the path. */
    public HttpResponse<String> get(String path, String username, String password) {
        return send(request(path).header("Authorization", basic(username, password)));
    }

    private static String basic(String username, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    /** Port on which the running service answers. */
    public int port() {
        return Integer.parseInt(String.valueOf(context.getEnvironment().getProperty("local.server.port")));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** Status of the actuator's health, or of one of its groups such as {@code /liveness}. */
    public int health(String group) {
        return http("/actuator/health" + group).statusCode();
    }

    /** What the assignment endpoint says of its state. */
    public String state() {
        return actuator("assignment").get("state").asString();
    }

    /** How many events of the type the assignment endpoint shows. */
    public long events(String type) {
        return actuator("assignment")
                .get("events")
                .valueStream()
                .filter(event -> event.get("type").asString().equals(type))
                .count();
    }

    /** Exposures counted for the ad, by the table. */
    public long counted(String adId) {
        Long sum = bean(JdbcTemplate.class)
                .queryForObject(
                        "select coalesce(sum(exposures), 0) from exposure_count where ad_id = ?", Long.class, adId);
        return sum == null ? 0 : sum;
    }

    /**
     * Value of a sample in the Prometheus text.
     *
     * @throws AssertionError if there is no such sample
     */
    public double metric(String sample) {
        String text = prometheus();
        return text.lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No sample " + sample + " in:\n" + text));
    }

    @Override
    public void close() {
        context.close();
    }
}
