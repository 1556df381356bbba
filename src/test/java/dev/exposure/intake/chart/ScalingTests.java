package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Autoscaling by one of two ways, slowly, and never to nothing. */
class ScalingTests {

    @Test
    void nothingScalesUnlessAskedFor() {
        Manifests manifests = Chart.example("production").render();
        assertThat(manifests.kinds()).doesNotContain("HorizontalPodAutoscaler", "ScaledObject");
        assertThat(manifests.workload().at("/spec/replicas").asInt()).isEqualTo(3);
    }

    @Test
    void autoscalerIsTheOnlyOneWhoSaysHowManyThereAre() {
        for (String example : List.of("hpa", "keda")) {
            assertThat(Chart.example(example).render().workload().get("spec").has("replicas"))
                    .as(example)
                    .isFalse();
        }
        assertThat(Chart.example("hpa").render().kinds()).doesNotContain("ScaledObject");
        assertThat(Chart.example("keda").render().kinds()).doesNotContain("HorizontalPodAutoscaler");
    }

    @Test
    void scaleDownWaitsAtLeastFiveMinutesInBoth() {
        JsonNode hpa =
                Chart.example("hpa").render().only("HorizontalPodAutoscaler").at("/spec/behavior");
        JsonNode keda = Chart.example("keda")
                .render()
                .only("ScaledObject")
                .at("/spec/advanced/horizontalPodAutoscalerConfig/behavior");
        assertThat(hpa).isEqualTo(keda);
        assertThat(hpa.at("/scaleDown/stabilizationWindowSeconds").asInt()).isGreaterThanOrEqualTo(300);
        assertThat(hpa.at("/scaleDown/policies/0/value").asInt()).isEqualTo(1);
    }

    @Test
    void hpaNamesTheWorkloadWhateverItsKind() {
        Chart chart = Chart.example("hpa");
        for (Manifests manifests : List.of(
                chart.render(), chart.and("staticMembership: {enabled: true}").render())) {
            JsonNode target = manifests.only("HorizontalPodAutoscaler").at("/spec/scaleTargetRef");
            assertThat(target.get("kind")).isEqualTo(manifests.workload().get("kind"));
            assertThat(target.get("name")).isEqualTo(manifests.workload().at("/metadata/name"));
        }
    }

    @Test
    void kedaLooksAtWhatTheServiceConsumes() {
        Manifests manifests = Chart.example("keda").render();
        JsonNode spec = manifests.only("ScaledObject").get("spec");
        assertThat(spec.get("minReplicaCount").asInt()).isEqualTo(2);
        assertThat(spec.get("maxReplicaCount").asInt()).isEqualTo(24);
        assertThat(spec.at("/fallback/replicas").asInt()).isEqualTo(6);
        assertThat(spec.get("triggers").size()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            JsonNode metadata = spec.at("/triggers/" + i + "/metadata");
            assertThat(metadata.get("topic")).isEqualTo(manifests.config("/intake/topics/" + i));
            assertThat(metadata.get("consumerGroup")).isEqualTo(manifests.config("/spring/kafka/consumer/group-id"));
            assertThat(metadata.get("bootstrapServers")).isEqualTo(manifests.config("/spring/kafka/bootstrap-servers"));
            assertThat(metadata.get("offsetResetPolicy").asString())
                    .as("as the service has it")
                    .isEqualTo("earliest");
            assertThat(metadata.get("tls").asString()).isEqualTo("enable");
            assertThat(metadata.valueStream()).as("KEDA takes text only").allMatch(JsonNode::isString);
        }
        assertThat(spec.at("/triggers/0/authenticationRef/name"))
                .isEqualTo(manifests.only("TriggerAuthentication").at("/metadata/name"));
        assertThat(Manifests.texts(manifests
                        .only("TriggerAuthentication")
                        .at("/spec/secretTargetRef")
                        .valueStream()
                        .map(it -> it.get("parameter"))))
                .containsExactly("ca", "cert", "key");
    }

    @Test
    void metadataOfTheUserWinsAndIsThereOnce() {
        String text = Chart.example("keda").and("""
                    kafka: {bootstrapServers: 'kafka:9094'}
                    autoscaling:
                      keda:
                        metadata: {bootstrapServers: 'kafka.streaming.svc:9094', offsetResetPolicy: latest, version: 2.8.0}
                    """).text();
        assertThat(text.lines().filter(it -> it.contains("offsetResetPolicy:")))
                .hasSize(2)
                .allMatch(it -> it.strip().equals("offsetResetPolicy: latest"));
        assertThat(text.lines().map(String::strip))
                .contains("bootstrapServers: kafka.streaming.svc:9094", "version: 2.8.0")
                .doesNotContain("bootstrapServers: kafka:9094")
                .contains("bootstrap-servers: kafka:9094");
    }

    @Test
    void kedaLogsInAsTheServiceDoes() {
        String sasl = """
            kafka:
              bootstrapServers: kafka.streaming:9092
              securityProtocol: SASL_PLAINTEXT
              sasl: {mechanism: SCRAM-SHA-256, existingSecret: login}
            database: {url: 'jdbc:postgresql://db/ads'}
            autoscaling: {type: keda, partitions: 3}
            """;
        Manifests own = Chart.least().and(sasl).render();
        assertThat(own.only("ScaledObject").at("/spec/triggers/0/metadata/sasl").asString())
                .isEqualTo("scram_sha256");
        assertThat(own.only("ScaledObject").at("/spec/fallback/replicas").asInt())
                .as("all, while the lag cannot be read")
                .isEqualTo(3);
        assertThat(own.only("TriggerAuthentication")
                        .at("/spec/secretTargetRef/1/name")
                        .asString())
                .isEqualTo("login");
        Manifests other = Chart.least()
                .and(sasl)
                .and("autoscaling: {keda: {authenticationRef: mine, paused: true}}")
                .render();
        assertThat(other.kinds()).doesNotContain("TriggerAuthentication");
        assertThat(other.only("ScaledObject")
                        .at("/spec/triggers/0/authenticationRef/name")
                        .asString())
                .isEqualTo("mine");
        assertThat(other.only("ScaledObject")
                        .at("/metadata/annotations/autoscaling.keda.sh~1paused")
                        .asString())
                .isEqualTo("true");
    }
}
