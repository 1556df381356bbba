package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What others find the release by: versions, labels and annotations, the Ingress, what a catalogue shows. */
class MetadataTests {

    private static final String VERSION = "/metadata/labels/app.kubernetes.io~1version";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                   | 0.1.0-SNAPSHOT
            image: {tag: 0.2.0}                                  | 0.2.0
            image: {digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'} | sha256-0123456789ab
            {image: {tag: 0.2.0, digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}} | 0.2.0
            """)
    void versionIsThatOfTheImage(String yaml, String version) {
        Chart chart = Chart.least().and(yaml);

        assertThat(chart.render().all())
                .allSatisfy(it -> assertThat(it.at(VERSION).asString()).isEqualTo(version));
        assertThat(chart.notes()).contains("exposure-intake " + version + ": 1 instance,");
    }

    @Test
    void teamsApplicationRunsInItsOwnGroupByTheValuesThatItsPageSets() throws IOException {
        String page = Files.readString(Path.of("docs", "own-processing.md"));
        assertThat(page)
                .contains(
                        "--set image.repository=registry.example/pacing --set image.tag=1.0.0",
                        "--set kafka.groupId=pacing");

        Manifests manifests = Chart.least()
                .and("{image: {repository: registry.example/pacing, tag: 1.0.0}, kafka: {groupId: pacing}}")
                .render();

        assertThat(manifests.container().get("image").asString()).isEqualTo("registry.example/pacing:1.0.0");
        assertThat(manifests.config("/spring/kafka/consumer/group-id").asString())
                .isEqualTo("pacing");
    }

    @Test
    void imagesPageBuildsTheImageThatTheChartAsksFor() throws IOException {
        String image = Chart.least().render().container().get("image").asString();

        assertThat(Files.readString(Path.of("docs", "image.md"))).contains("docker build -t " + image + " ");
    }

    @Test
    void workloadHasItsOwnAnnotationsAndThePodsDoNot() {
        Manifests manifests = Chart.example("everything").render();

        assertThat(manifests
                        .workload()
                        .at("/metadata/annotations/reloader.stakater.com~1auto")
                        .asString())
                .isEqualTo("true");
        assertThat(manifests
                        .workload()
                        .at("/spec/template/metadata/annotations")
                        .has("reloader.stakater.com/auto"))
                .isFalse();
    }

    @Test
    void ingressLeadsToThePortOfThePage() {
        JsonNode everything = Chart.example("everything").render().only("Ingress");
        assertThat(everything
                        .at("/spec/rules")
                        .valueStream()
                        .map(it -> it.get("host").asString()))
                .containsExactly("intake.example.com", "intake.example.org");
        assertThat(everything.at("/spec/rules/0/http/paths/0").toString())
                .contains("\"path\":\"/\"", "\"name\":\"ads-intake\"", "\"port\":{\"name\":\"management\"}");
        assertThat(everything.at("/metadata/labels/tier").asString()).isEqualTo("web");

        JsonNode strimzi = Chart.example("strimzi-scram").render().only("Ingress");
        assertThat(strimzi.at("/spec/ingressClassName").asString()).isEqualTo("nginx");
        assertThat(strimzi.at("/spec/rules/0/http/paths/0").toString()).contains("\"port\":{\"name\":\"http\"}");
        assertThat(strimzi.at("/spec/tls/0/secretName").asString()).isEqualTo("intake-web");
        assertThat(Chart.example("strimzi-scram").notes()).contains("open https://intake.example.com/");
        assertThat(Chart.least().render().kinds()).doesNotContain("Ingress");
    }

    @Test
    void labelsOfThePodsAreCopiedToTheirSeries() {
        assertThat(Chart.example("strimzi-scram")
                        .render()
                        .only("PodMonitor")
                        .at("/spec/podTargetLabels/0")
                        .asString())
                .isEqualTo("app.kubernetes.io/component");
        assertThat(Chart.example("everything")
                        .render()
                        .only("ServiceMonitor")
                        .at("/spec/podTargetLabels/0")
                        .asString())
                .isEqualTo("team");
    }

    @Test
    void additionalRulesAreAGroupOfTheirOwn() {
        JsonNode groups =
                Chart.example("strimzi-scram").render().only("PrometheusRule").at("/spec/groups");

        assertThat(groups.valueStream().map(it -> it.get("name").asString()))
                .containsExactly("exposure-intake", "exposure-intake-additional");
        assertThat(groups.at("/1/rules/0/alert").asString()).isEqualTo("ExposuresFew");
    }

    @Test
    void catalogueIsToldWhereItComesFromAndWhatItLooksLike() throws IOException {
        JsonNode chart = JsonMapper.shared()
                .valueToTree(Chart.yaml().<Object>load(Files.readString(Chart.DIRECTORY.resolve("Chart.yaml"))));

        for (JsonNode text : List.of(chart.path("home"), chart.path("icon"), chart.at("/sources/0"))) {
            assertThat(text.asString()).matches("(https://|data:image/svg\\+xml;base64,)\\S+");
        }
    }
}
