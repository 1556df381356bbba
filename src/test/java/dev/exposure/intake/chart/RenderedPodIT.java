package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.FreePort;
import dev.exposure.intake.testing.SaslBroker;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The service starts with the environment and the files that the chart renders, answers the probes where Kubernetes asks
 * for them, and stops within the time that it is given.
 */
class RenderedPodIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    @Test
    void podWithItsOwnDatabaseServesItsProbesCountsAndStopsInTime() throws Exception {
        TestBroker broker = TestBroker.shared();
        broker.createTopic("ad-exposure", 3);
        Manifests manifests = Chart.least()
                .and("""
                    kafka: {bootstrapServers: '%s'}
                    server: {port: %d}
                    podMonitor: {enabled: true}
                    extraEnv: [{name: SERVER_ADDRESS, value: localhost}]
                    """.formatted(broker.bootstrapServers(), FreePort.next()))
                .render();
        try (Pod pod = Pod.start(manifests, "intake-0", directory, Map.of(), HttpClient.newHttpClient())) {
            awaitReady(pod);
            assertThat(pod.probe("startupProbe")).isEqualTo(200);
            assertThat(pod.probe("livenessProbe")).isEqualTo(200);
            broker.write("ad-exposure", 0, Exposures.events("ad", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(scrape(pod, manifests))
                            .contains("intake_records_total{outcome=\"counted\"} 10.0"));
            assertThat(scrape(pod, manifests)).contains("intake_partitions_owned{topic=\"ad-exposure\"} 3.0");

            assertThat(pod.stop()).as("exit code").isEqualTo(143);
            assertThat(pod.strayFiles())
                    .as("files where nothing can be written")
                    .isEmpty();
            assertThat(directory.resolve("var/lib/exposure-intake/data/exposure-intake.mv.db"))
                    .as("the database, on the volume")
                    .isNotEmptyFile();
        }
    }

    @Test
    void staticMembersLogInAndServeHttpsOnAPortOfTheirOwn() throws Exception {
        String password = "p\"w' \\{d}$x;#";
        Certificate certificate = Certificate.create(directory);
        try (SaslBroker broker = SaslBroker.start(
                        "intake", password.replace("\\", "\\\\").replace("\"", "\\\""));
                Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.openServers()))) {
            admin.createTopics(List.of(
                            new NewTopic("ad-exposure", 4, (short) 1), new NewTopic("ad-exposure.dlt", 1, (short) 1)))
                    .all()
                    .get();
            Manifests manifests = Chart.example("static")
                    .and("""
                        kafka:
                          bootstrapServers: '%s'
                          securityProtocol: SASL_PLAINTEXT
                          sasl: {mechanism: PLAIN, existingSecret: kafka, username: intake}
                        database: {url: '%s', existingSecret: postgres}
                        server: {port: %d, tls: {existingSecret: web}}
                        management: {port: %d}
                        operator: {existingSecret: operator}
                        existingConfigMap: more
                        podMonitor: {enabled: true}
                        extraEnv:
                          - {name: SERVER_ADDRESS, value: localhost}
                          - {name: MANAGEMENT_SERVER_ADDRESS, value: localhost}
                        """.formatted(
                            broker.servers(), TestPostgres.url("rendered-pod"), FreePort.next(), FreePort.next()))
                    .render();
            Map<String, Map<String, String>> secrets = Map.of(
                    "kafka", Map.of("password", password, "sasl.jaas.config", "as Strimzi has it, and not used"),
                    "postgres", Map.of("username", "postgres", "password", "unused"),
                    "operator", Map.of("username", "ops", "password", "of-this-test-only"),
                    "web", Map.of("tls.crt", certificate.certificate(), "tls.key", certificate.key()),
                    "more", Map.of("application.yaml", "intake: {lag: {interval: 1s}}"));
            try (Pod pod = Pod.start(manifests, "intake-2", directory, secrets, certificate.client())) {
                awaitReady(pod);
                assertThat(pod.probe("livenessProbe")).isEqualTo(200);
                // Ready with the first thread; the second one takes two partitions from it.
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(admin
                                        .describeConsumerGroups(List.of("exposure-intake"))
                                        .all()
                                        .get()
                                        .get("exposure-intake")
                                        .members()
                                        .stream()
                                        .map(MemberDescription::groupInstanceId))
                                .extracting(it -> it.orElse("none"))
                                .as("each thread is a member of its own name")
                                .containsExactlyInAnyOrder("intake-2-0", "intake-2-1"));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(scrape(pod, manifests))
                                .contains("intake_partitions_owned{topic=\"ad-exposure\"} 4.0"));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(JsonMapper.shared()
                                        .readTree(pod.body("https", "management", "/actuator/assignment"))
                                        .get("partitions")
                                        .size())
                                .isEqualTo(4));
                assertThat(pod.stop()).as("exit code").isEqualTo(143);
                assertThat(pod.output()).doesNotContain(password, "of-this-test-only");
            }
        }
    }

    private static void awaitReady(Pod pod) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() ->
                        assertThat(pod.probe("readinessProbe")).as(pod::output).isEqualTo(200));
    }

    private static String scrape(Pod pod, Manifests manifests) {
        JsonNode endpoint = manifests.only("PodMonitor").at("/spec/podMetricsEndpoints/0");
        return pod.body(
                endpoint.get("scheme").asString(),
                endpoint.get("port").asString(),
                endpoint.get("path").asString());
    }
}
