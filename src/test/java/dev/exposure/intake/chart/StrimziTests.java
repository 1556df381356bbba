package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The secrets that Strimzi makes for a cluster and a KafkaUser fit as they are: key by key, and each from its own secret. */
class StrimziTests {

    private static final String FILES = "file:/etc/exposure-intake/tls/";

    @Test
    void userNameIsSaidByAValueBecauseTheSecretHasThePasswordOnly() {
        Manifests scram = Chart.example("strimzi-scram").render();

        assertThat(scram.env("KAFKA_USERNAME").asString()).isEqualTo("exposure-intake");
        assertThat(scram.env("KAFKA_PASSWORD").at("/secretKeyRef/name").asString())
                .isEqualTo("exposure-intake");
        assertThat(scram.env("KAFKA_PASSWORD").at("/secretKeyRef/key").asString())
                .isEqualTo("password");
        JsonNode bundle = scram.config("/spring/ssl/bundle/pem/kafka");
        assertThat(bundle.at("/truststore/certificate").asString()).isEqualTo(FILES + "kafka-ca/ca.crt");
        assertThat(bundle.has("keystore")).isFalse();
        assertThat(scram.config("/spring/kafka/ssl/bundle").asString()).isEqualTo("kafka");
        assertThat(mounted(scram)).containsExactly("ads-cluster-ca-cert at /etc/exposure-intake/tls/kafka-ca");
    }

    @Test
    void certificateIsTheUsersAndTheAuthorityIsTheClustersNotTheClients() {
        Manifests tls = Chart.example("strimzi-tls").render();

        JsonNode bundle = tls.config("/spring/ssl/bundle/pem/kafka");
        assertThat(bundle.at("/truststore/certificate").asString()).isEqualTo(FILES + "kafka-ca/ca.crt");
        assertThat(bundle.at("/keystore/certificate").asString()).isEqualTo(FILES + "kafka/user.crt");
        assertThat(bundle.at("/keystore/private-key").asString()).isEqualTo(FILES + "kafka/user.key");
        assertThat(mounted(tls))
                .containsExactly(
                        "exposure-intake at /etc/exposure-intake/tls/kafka",
                        "ads-cluster-ca-cert at /etc/exposure-intake/tls/kafka-ca");
    }

    @Test
    void kedaIsGivenTheSameLogin() {
        JsonNode spec = Chart.example("strimzi-scram")
                .render()
                .only("TriggerAuthentication")
                .get("spec");

        assertThat(spec.get("env").toString())
                .isEqualTo(
                        "[{\"parameter\":\"username\",\"name\":\"KAFKA_USERNAME\",\"containerName\":\"exposure-intake\"}]");
        assertThat(spec.get("secretTargetRef").toString())
                .isEqualTo("[{\"parameter\":\"password\",\"name\":\"exposure-intake\",\"key\":\"password\"},"
                        + "{\"parameter\":\"ca\",\"name\":\"ads-cluster-ca-cert\",\"key\":\"ca.crt\"}]");
    }

    private static List<String> mounted(Manifests manifests) {
        return manifests
                .container()
                .get("volumeMounts")
                .valueStream()
                .filter(it -> it.get("mountPath").asString().contains("/tls/kafka"))
                .map(it -> secret(manifests, it.get("name").asString()) + " at "
                        + it.get("mountPath").asString())
                .toList();
    }

    private static String secret(Manifests manifests, String volume) {
        return manifests
                .pod()
                .get("volumes")
                .valueStream()
                .filter(it -> it.get("name").asString().equals(volume))
                .map(it -> it.at("/secret/secretName").asString())
                .findFirst()
                .orElseThrow();
    }
}
