package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The PrometheusRule is the rule file, with what the values change and nothing else changed. */
class AlertRulesTests {

    private static final Path FILE = Chart.DIRECTORY.resolve("files").resolve("alerts.yaml");

    @Test
    void ruleHoldsTheFileAsItIsWhenNothingIsChanged() throws IOException {
        JsonNode file = JsonMapper.shared().valueToTree(Chart.yaml().load(Files.readString(FILE)));

        JsonNode spec = rule("").get("spec");

        assertThat(spec).isEqualTo(file);
        assertThat(rules(spec)).hasSize(19);
    }

    @Test
    void metadataHasTheLabelsThatPrometheusSelectsBy() {
        JsonNode metadata = rule("""
                  labels: {release: prometheus}
                  annotations: {team: ads}
                  namespace: monitoring
                """).get("metadata");

        assertThat(metadata.at("/labels/release").asString()).isEqualTo("prometheus");
        assertThat(metadata.at("/annotations/team").asString()).isEqualTo("ads");
        assertThat(metadata.get("namespace").asString()).isEqualTo("monitoring");
    }

    @Test
    void alertIsLeftOutWhenDisabled() {
        Map<String, JsonNode> rules =
                rules(rule("  disabled: [RebalanceStorm, SinkDown]\n").get("spec"));

        assertThat(rules).hasSize(17).doesNotContainKeys("RebalanceStorm", "SinkDown");
    }

    @Test
    void alertIsChangedAsTheOverrideSaysAndTheOthersAreNot() {
        Map<String, JsonNode> before = rules(rule("").get("spec"));
        Map<String, JsonNode> after = rules(rule("""
                  overrides:
                    LagTimeHigh: {for: 30m, keepFiringFor: 1h, severity: critical, threshold: 1800, labels: {team: ads}}
                """).get("spec"));

        JsonNode changed = after.remove("LagTimeHigh");
        JsonNode original = before.remove("LagTimeHigh");
        assertThat(changed.get("for").asString()).isEqualTo("30m");
        assertThat(changed.get("keep_firing_for").asString()).isEqualTo("1h");
        assertThat(changed.at("/labels/severity").asString()).isEqualTo("critical");
        assertThat(changed.at("/labels/team").asString()).isEqualTo("ads");
        assertThat(changed.get("expr").asString())
                .isEqualTo(original.get("expr").asString().replace("> 300", "> 1800"))
                .isNotEqualTo(original.get("expr").asString());
        assertThat(changed.get("annotations")).isEqualTo(original.get("annotations"));
        assertThat(after).isEqualTo(before);
    }

    @Test
    void everyThresholdCanBeChangedAndIsTheLastNumberCompared() throws IOException {
        Map<String, JsonNode> before =
                rules(rule("  disabled: [ConsumerDown]\n").get("spec"));
        String overrides = before.keySet().stream()
                .map(name -> "    " + name + ": {threshold: 0.125}\n")
                .collect(Collectors.joining("", "  disabled: [ConsumerDown]\n  overrides:\n", ""));

        JsonNode spec = rule(overrides).get("spec");
        keepForPromtool(spec);
        rules(spec).forEach((name, rule) -> {
            String expression = before.get(name).get("expr").asString();
            assertThat(rule.get("expr").asString())
                    .as(name)
                    .isEqualTo(expression.replaceFirst("> [0-9.]+\\s*\\z", "> 0.125\n"))
                    .isNotEqualTo(expression);
        });
    }

    @Test
    void thresholdOfNothingIsAThresholdToo() {
        JsonNode rule = rules(
                        rule("  overrides: {LagTimeHigh: {threshold: 0}}\n").get("spec"))
                .get("LagTimeHigh");

        assertThat(rule.get("expr").asString()).endsWith("> 0\n");
    }

    @Test
    void thresholdOfAnAlertThatHasNoneIsRefused() {
        assertThatThrownBy(() -> rule("  overrides: {ConsumerDown: {for: 5m, threshold: 1}}\n"))
                .hasMessageContaining("prometheusRule.overrides.ConsumerDown.threshold: this alert has none");
        assertThat(rules(rule("  overrides: {ConsumerDown: {for: 5m}}\n").get("spec"))
                        .get("ConsumerDown")
                        .get("for")
                        .asString())
                .isEqualTo("5m");
    }

    @Test
    void linksToTheRunbookBeginWithTheAddressOfItWhenThatIsSet() {
        for (String base : List.of("https://git.example/ads/blob/main", "https://git.example/ads/blob/main/")) {
            rules(rule("  runbookBaseUrl: " + base + "\n").get("spec"))
                    .forEach((name, rule) -> assertThat(
                                    rule.at("/annotations/runbook_url").asString())
                            .isEqualTo("https://git.example/ads/blob/main/docs/runbook.md#"
                                    + name.toLowerCase(Locale.ROOT)));
        }
    }

    @Test
    void nameOfNoAlertIsRefused() {
        assertThatThrownBy(() -> rule("  disabled: [SinkDwon]\n"))
                .hasMessageContaining("there is no alert SinkDwon; there are RecordsLost, ");
        assertThatThrownBy(() -> rule("  overrides: {LagHigh: {for: 1m}}\n"))
                .hasMessageContaining("there is no alert LagHigh; there are RecordsLost, ");
    }

    @Test
    void thereIsNoRuleWhenItIsNotAskedFor() {
        assertThat(Chart.least().render().kinds()).doesNotContain("PrometheusRule");
    }

    /** Prometheus' own tool judges it; JSON is YAML. */
    private static void keepForPromtool(JsonNode spec) throws IOException {
        Path file = Path.of("target", "scrape", "rules.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, spec.toString());
    }

    private static JsonNode rule(String values) {
        return Chart.least()
                .and("prometheusRule:\n  enabled: true\n" + values)
                .render()
                .only("PrometheusRule");
    }

    private static Map<String, JsonNode> rules(JsonNode spec) {
        Map<String, JsonNode> byName = new TreeMap<>();
        spec.at("/groups/0/rules").forEach(rule -> byName.put(rule.get("alert").asString(), rule));
        return byName;
    }
}
