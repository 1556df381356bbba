package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every manifest that the chart renders is one that Kubernetes takes, new and old. */
class ManifestTests {

    /** What Kubernetes 1.20 serves, of all that the chart may render. */
    private static final Set<String> OLD_API = Set.of(
            "v1",
            "apps/v1",
            "policy/v1beta1",
            "autoscaling/v2beta2",
            "networking.k8s.io/v1",
            "monitoring.coreos.com/v1",
            "keda.sh/v1alpha1");

    @Test
    void chartIsCleanWhenLintedStrictly() {
        LintResult result = new Helm(Chart.DIRECTORY).lint().strict().call();
        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyManifestIsStrictlyValid(String example) {
        Manifests manifests = Chart.example(example).render();
        save(manifests, "new", example);
        manifests.all().forEach(ManifestSchema::check);
        manifests
                .all()
                .forEach(it -> assertThat(it.at("/metadata/name").asString())
                        .as("name")
                        .matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"));
        Set<String> names = new HashSet<>();
        assertThat(manifests.all())
                .as("one object of a kind and a name")
                .allMatch(it -> names.add(it.path("kind").asString() + "/"
                        + it.at("/metadata/name").asString()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void nothingIsNewerThanAnOldServerKnows(String example) {
        Chart chart = Chart.example(example).on(Chart.OLD_KUBERNETES);
        String text = chart.text();
        Manifests manifests = chart.render();
        save(manifests, "old", example);
        manifests.all().forEach(ManifestSchema::check);
        assertThat(manifests.all())
                .allSatisfy(it -> assertThat(it.path("apiVersion").asString()).isIn(OLD_API));
        assertThat(text).doesNotContain("unhealthyPodEvictionPolicy");
        manifests
                .all("StatefulSet")
                .forEach(it -> assertThat(it.get("spec").has("minReadySeconds")).isFalse());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void objectsCarryTheCommonLabelsAndTheNamespace(String example) {
        for (JsonNode manifest : Chart.example(example).render().all()) {
            if (manifest.at("/metadata/labels").isMissingNode()) {
                assertThat(manifest.at("/metadata/name").asString())
                        .as("one of extraObjects")
                        .matches(".*-(more|text)");
                continue;
            }
            assertThat(manifest.at("/metadata/labels/app.kubernetes.io~1instance")
                            .asString())
                    .isEqualTo(Chart.RELEASE);
            assertThat(manifest.at("/metadata/labels/helm.sh~1chart").asString())
                    .startsWith("exposure-intake-");
            assertThat(manifest.at("/metadata/namespace").asString()).isIn(Chart.NAMESPACE, "monitoring");
        }
    }

    @Test
    void whatNeedsAnOperatorOrANewerServerCanBeSwitchedOff() {
        List<String> kinds = Chart.least().and("""
                    podDisruptionBudget: {enabled: false}
                    service: {enabled: false}
                    serviceAccount: {create: false}
                    persistence: {existingClaim: mine}
                    """).render().kinds();
        assertThat(kinds).containsExactlyInAnyOrder("ConfigMap", "Deployment");
    }

    @Test
    void defaultsHaveNothingThatNeedsAnOperator() {
        assertThat(Chart.least().render().kinds())
                .containsExactlyInAnyOrder(
                        "Deployment",
                        "ConfigMap",
                        "Service",
                        "ServiceAccount",
                        "PodDisruptionBudget",
                        "PersistentVolumeClaim",
                        "Pod");
    }

    @Test
    void checkOfManifestsSeesWhatIsUnknownMissingOrOfAnotherType() {
        JsonNode good = Chart.least().render().workload();
        ObjectNode unknown = (ObjectNode) good.deepCopy();
        ((ObjectNode) unknown.at("/spec/template/spec")).put("enableServiceLink", false);
        assertThatThrownBy(() -> ManifestSchema.check(unknown)).hasMessageContaining("enableServiceLink");

        ObjectNode missing = (ObjectNode) good.deepCopy();
        ((ObjectNode) missing.get("spec")).remove("selector");
        assertThatThrownBy(() -> ManifestSchema.check(missing)).hasMessageContaining("selector");

        ObjectNode otherType = (ObjectNode) good.deepCopy();
        ((ObjectNode) otherType.get("spec")).put("replicas", "one");
        assertThatThrownBy(() -> ManifestSchema.check(otherType)).hasMessageContaining("one");
    }

    /** For .ci/chart, which checks them by the types of old and new servers and of operators. */
    private static void save(Manifests manifests, String server, String example) {
        try {
            Path directory = Files.createDirectories(Path.of("target", "chart", server));
            Files.writeString(
                    directory.resolve(example + ".json"), manifests.all().toString());
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static List<String> examples() {
        return Chart.examples();
    }
}
