package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** How the pods run: restricted, with the right probes, and replaced without harm to the group. */
class WorkloadTests {

    private static final String SELECTOR = "/spec/selector/matchLabels";

    @ParameterizedTest
    @MethodSource("examples")
    void podsKeepToTheRestrictedProfile(String example) {
        Manifests manifests = Chart.example(example).render();
        for (JsonNode spec : List.of(manifests.pod(), manifests.test().get("spec"))) {
            JsonNode container = spec.get("containers").get(0);
            assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(spec.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
            assertThat(spec.at("/securityContext/seccompProfile/type").asString())
                    .isEqualTo("RuntimeDefault");
            assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                    .isFalse();
            assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                    .isTrue();
            assertThat(container.at("/securityContext/capabilities/drop/0").asString())
                    .isEqualTo("ALL");
            assertThat(spec.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(spec.at("/enableServiceLinks").asBoolean(true)).isFalse();
            assertThat(container.at("/resources/limits/memory").asString()).isNotEmpty();
            assertThat(container.at("/resources/limits/cpu").isMissingNode())
                    .as("no CPU limit")
                    .isTrue();
        }
        assertThat(volume(manifests, "tmp").at("/emptyDir/sizeLimit").asString())
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void mountsAndVolumesAgree(String example) {
        Manifests manifests = Chart.example(example).render();
        List<String> volumes =
                Manifests.texts(manifests.pod().get("volumes").valueStream().map(it -> it.get("name")));
        List<String> mounts = Manifests.texts(
                manifests.container().get("volumeMounts").valueStream().map(it -> it.get("name")));
        assertThat(mounts).containsExactlyInAnyOrderElementsOf(volumes).doesNotHaveDuplicates();
        assertThat(manifests.container().get("volumeMounts").valueStream())
                .filteredOn(it -> it.get("mountPath").asString().startsWith("/etc/"))
                .isNotEmpty()
                .allMatch(it -> it.path("readOnly").asBoolean());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void selectorsAreTheSameWhateverTheOptionsAndFindThePods(String example) {
        Manifests manifests = Chart.example(example).and("nameOverride: ''").render();
        JsonNode selector = manifests.workload().at(SELECTOR);
        assertThat(selector)
                .as("it can never change")
                .isEqualTo(Chart.least().render().workload().at(SELECTOR));
        JsonNode labels = manifests.workload().at("/spec/template/metadata/labels");
        selector.properties().forEach(it -> assertThat(labels.get(it.getKey())).isEqualTo(it.getValue()));
        Stream.of(
                        manifests.all("Service").stream().map(it -> it.at("/spec/selector")),
                        manifests.all("PodDisruptionBudget").stream().map(it -> it.at(SELECTOR)),
                        manifests.all("NetworkPolicy").stream().map(it -> it.at("/spec/podSelector/matchLabels")),
                        manifests.all("PodMonitor").stream().map(it -> it.at(SELECTOR)))
                .flatMap(it -> it)
                .forEach(it -> assertThat(it).isEqualTo(selector));
        assertThat(manifests.test().at("/metadata/labels/app.kubernetes.io~1component"))
                .as("the test's pod is none of them")
                .isNotEqualTo(selector.get("app.kubernetes.io/component"));
    }

    @Test
    void newVersionOfTheChartAloneIsNoReasonForNewPods() {
        assertThat(Chart.least()
                        .render()
                        .workload()
                        .at("/spec/template/metadata/labels")
                        .has("helm.sh/chart"))
                .isFalse();
    }

    @Test
    void otherConfigurationIsAnotherPodAndTheSameIsNot() {
        Chart chart = Chart.least();
        assertThat(checksum(chart)).isEqualTo(checksum(chart)).hasSize(64);
        assertThat(checksum(chart.and("dedupe: {window: 1h}"))).isNotEqualTo(checksum(chart));
        assertThat(checksum(chart.and("config: {a: b}"))).isNotEqualTo(checksum(chart));
        assertThat(checksum(chart.and("podMonitor: {enabled: true}"))).isEqualTo(checksum(chart));
    }

    @Test
    void probesAndMonitorsFollowTheManagementPortAndTls() {
        Manifests same = Chart.least().and("podMonitor: {enabled: true}").render();
        assertThat(ports(same)).containsExactly("http 8080");
        probes(same).forEach(it -> {
            assertThat(it.get("port").asString()).isEqualTo("http");
            assertThat(it.get("scheme").asString()).isEqualTo("HTTP");
        });
        assertThat(same.only("PodMonitor")
                        .at("/spec/podMetricsEndpoints/0/port")
                        .asString())
                .isEqualTo("http");

        Manifests other = Chart.least().and("""
                    podMonitor: {enabled: true}
                    networkPolicy: {enabled: true}
                    management: {port: 9090}
                    server: {tls: {existingSecret: web}}
                    """).render();
        assertThat(ports(other)).containsExactly("http 8080", "management 9090");
        assertThat(other.config("/management/server/port").asInt()).isEqualTo(9090);
        assertThat(probes(other)).hasSize(3).allSatisfy(it -> {
            assertThat(it.get("port").asString()).isEqualTo("management");
            assertThat(it.get("scheme").asString()).isEqualTo("HTTPS");
        });
        JsonNode endpoint = other.only("PodMonitor").at("/spec/podMetricsEndpoints/0");
        assertThat(endpoint.get("port").asString()).isEqualTo("management");
        assertThat(endpoint.get("scheme").asString()).isEqualTo("https");
        assertThat(Manifests.texts(other.only("NetworkPolicy")
                        .at("/spec/ingress/0/ports")
                        .valueStream()
                        .map(it -> it.get("port"))))
                .containsExactly("http", "management");
        assertThat(other.test().at("/spec/containers/0/command/2").asString())
                .contains("https://ads-exposure-intake:9090/actuator");
        assertThat(ports(Chart.least().and("management: {port: 8080}").render()))
                .as("the same port said twice")
                .containsExactly("http 8080");
    }

    @Test
    void livenessAndStartAskForLivenessAndOnlyReadinessForReadiness() {
        JsonNode container = Chart.least().render().container();
        assertThat(container.at("/startupProbe/httpGet/path").asString()).isEqualTo("/actuator/health/liveness");
        assertThat(container.at("/livenessProbe/httpGet/path").asString()).isEqualTo("/actuator/health/liveness");
        assertThat(container.at("/readinessProbe/httpGet/path").asString()).isEqualTo("/actuator/health/readiness");
        assertThat(container.has("lifecycle")).as("a preStop hook").isFalse();
        JsonNode override = Chart.example("everything").render().container().get("livenessProbe");
        assertThat(override.has("tcpSocket")).isTrue();
        assertThat(override.has("httpGet")).isFalse();
    }

    @Test
    void serviceIsGivenMoreTimeToStopThanItTakes() {
        Manifests manifests = Chart.least().render();
        int phase = Integer.parseInt(manifests
                .config("/spring/lifecycle/timeout-per-shutdown-phase")
                .asString()
                .replace("s", ""));
        assertThat(manifests.pod().get("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(2 * phase + 15);
    }

    @Test
    void podsAreReplacedOneByOneAndOnlyByThoseThatHaveJoined() {
        JsonNode spec = Chart.example("production").render().only("Deployment").get("spec");
        assertThat(spec.at("/strategy/rollingUpdate/maxUnavailable").asInt()).isZero();
        assertThat(spec.at("/strategy/rollingUpdate/maxSurge").asInt()).isEqualTo(1);
        assertThat(spec.get("minReadySeconds").asInt()).isPositive();
        assertThat(Chart.least()
                        .render()
                        .only("Deployment")
                        .at("/spec/strategy/type")
                        .asString())
                .as("only one pod can have the volume")
                .isEqualTo("Recreate");
    }

    @Test
    void podsAreSpreadAsFarAsPossibleUnlessSaidOtherwise() {
        JsonNode spread = Chart.least().render().pod().get("topologySpreadConstraints");
        assertThat(spread.valueStream())
                .hasSize(2)
                .allMatch(it -> it.get("whenUnsatisfiable").asString().equals("ScheduleAnyway"));
        assertThat(Chart.least()
                        .and("topologySpread: {enabled: false}")
                        .render()
                        .pod()
                        .has("topologySpreadConstraints"))
                .isFalse();
        JsonNode own = Chart.example("everything").render().pod().at("/topologySpreadConstraints/0");
        assertThat(own.get("maxSkew").asInt()).isEqualTo(2);
        assertThat(own.at("/labelSelector/matchLabels").isEmpty()).isFalse();
    }

    @Test
    void volumeWithTheCountsStaysWhenTheReleaseGoes() {
        JsonNode claim = Chart.least().render().only("PersistentVolumeClaim");
        assertThat(claim.at("/metadata/annotations/helm.sh~1resource-policy").asString())
                .isEqualTo("keep");
        assertThat(claim.at("/metadata/name").asString())
                .isEqualTo(volume(Chart.least().render(), "data")
                        .at("/persistentVolumeClaim/claimName")
                        .asString());
        assertThat(Chart.least()
                        .and("persistence: {retain: false}")
                        .render()
                        .only("PersistentVolumeClaim")
                        .at("/metadata/annotations")
                        .isMissingNode())
                .isTrue();
    }

    private static String checksum(Chart chart) {
        return chart.render()
                .workload()
                .at("/spec/template/metadata/annotations/checksum~1config")
                .asString();
    }

    private static JsonNode volume(Manifests manifests, String name) {
        return manifests
                .pod()
                .get("volumes")
                .valueStream()
                .filter(it -> it.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ports(Manifests manifests) {
        return manifests
                .container()
                .get("ports")
                .valueStream()
                .map(it -> it.get("name").asString() + " "
                        + it.get("containerPort").asInt())
                .toList();
    }

    private static List<JsonNode> probes(Manifests manifests) {
        return Stream.of("startupProbe", "livenessProbe", "readinessProbe")
                .map(it -> manifests.container().get(it).get("httpGet"))
                .toList();
    }

    static List<String> examples() {
        return Chart.examples();
    }
}
