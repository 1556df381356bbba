package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.SlowClients;
import dev.exposure.intake.testing.TestBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that hold connections, and many logins at once, starve neither the probes nor the consumers. Small and short by default;
 * {@code -Dstarvation.seconds=60} does it at full size for a minute, and then each probe has to answer within a second.
 */
class StarvationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SECONDS = Integer.getInteger("starvation.seconds", 0);
    private static final int CONNECTIONS = SECONDS > 0 ? 300 : 60;
    private static final int LOGINS = SECONDS > 0 ? 200 : 40;
    private static final int THREADS = SECONDS > 0 ? 200 : 20;
    private static final String BODY = "Host: a\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

    @TempDir
    Path directory;

    @Test
    void probesAnswerAndRecordsAreCountedWhileOthersHoldConnectionsAndLogInWrongly() throws Exception {
        try (TestBroker broker = TestBroker.start()) {
            broker.createTopic("starved", 1);
            Map<String, String> properties = Service.properties(broker, "starved", directory);
            properties.put("server.tomcat.threads.max", String.valueOf(THREADS));
            properties.put("intake.operator.username", "ops");
            properties.put("intake.operator.password", UUID.randomUUID().toString());
            try (Service service = Service.start(properties);
                    SlowClients clients = new SlowClients(service.port())) {
                await().atMost(PATIENCE).until(() -> service.health("/readiness") == 200);
                clients.open(CONNECTIONS / 3, "POST /nothing HTTP/1.1\r\n" + BODY, " ");
                clients.open(CONNECTIONS / 3, "POST /actuator/consumption HTTP/1.1\r\n" + BODY, " ");
                clients.open(CONNECTIONS / 3, "GET /actuator/health HTTP/1.1\r\n" + BODY, " ");
                clients.open(CONNECTIONS, "GET /actuator/health HTTP/1.1\r\nHost: a\r\nX-Slow: ", "a");
                clients.open(CONNECTIONS, "", "");

                Instant end = Instant.now().plusSeconds(SECONDS);
                Duration slowest = Duration.ZERO;
                List<Integer> refusals = new ArrayList<>();
                int written = 0;
                do {
                    List<CompletableFuture<HttpResponse<Void>>> logins = logIn(service);
                    slowest = max(slowest, max(probe(service, "liveness"), probe(service, "readiness")));
                    broker.write("starved", 0, Exposures.events("ad", written, 10));
                    written += 10;
                    logins.forEach(login -> refusals.add(login.join().statusCode()));
                } while (Instant.now().isBefore(end));

                long expected = written;
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(expected));
                assertThat(refusals).contains(429).isSubsetOf(401, 429, 503);
                assertThat(service.metric("intake_operator_logins_failed_total"))
                        .as("logins that were looked at")
                        .isLessThan(refusals.size());
                if (SECONDS > 0) {
                    System.out.println("starvation: slowest probe " + slowest);
                    assertThat(slowest).isLessThan(Duration.ofSeconds(1));
                }
            }
        }
    }

    private List<CompletableFuture<HttpResponse<Void>>> logIn(Service service) {
        String wrong = "Basic " + Base64.getEncoder().encodeToString("ops:wrong".getBytes(StandardCharsets.UTF_8));
        List<CompletableFuture<HttpResponse<Void>>> logins = new ArrayList<>();
        for (int i = 0; i < LOGINS; i++) {
            HttpRequest request = request(service, "/actuator/consumption")
                    .header("Authorization", wrong)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"paused\":true}"))
                    .build();
            logins.add(http.sendAsync(request, HttpResponse.BodyHandlers.discarding()));
        }
        return logins;
    }

    /** How long the probe took, on a connection of its own as Kubernetes does it; it fails when nothing comes for long. */
    private static Duration probe(Service service, String group) throws Exception {
        HttpRequest request = request(service, "/actuator/health/" + group)
                .timeout(Duration.ofSeconds(20))
                .build();
        long start = System.nanoTime();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static HttpRequest.Builder request(Service service, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path));
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
