package dev.exposure.intake.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.dashboard.Dashboard.Query;
import dev.exposure.intake.dashboard.Dashboard.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the dashboard must hold that neither Grafana's types nor its answers tell. */
class DashboardTests {

    private static final Pattern METRIC =
            Pattern.compile("\\b((?:intake|jvm|process|hikaricp|logback|kafka)_\\w+)(\\{[^}]*})?");

    /** Those of the service's metrics that say of which topic they are. */
    private static final Pattern BY_TOPIC =
            Pattern.compile("intake_(partition_(lag|behind_seconds|headroom|held_back|committed|log_start)"
                    + "|partitions_(owned|unowned)|records_lost_total|topics_recreated_total|log_truncations_total)");

    private final Dashboard dashboard = Dashboard.read();

    @Test
    void panelsHaveNumbersOfTheirOwn() {
        assertThat(dashboard.root().findValues("id").stream().filter(JsonNode::isInt))
                .hasSizeGreaterThan(dashboard.panels().size())
                .doesNotHaveDuplicates();
    }

    @Test
    void panelsSayWhatTheyMeanInSentences() {
        for (JsonNode panel : dashboard.panels()) {
            assertThat(panel.get("description").asString())
                    .as(panel.get("title").asString())
                    .hasSizeGreaterThan(30)
                    .endsWith(".");
        }
    }

    @Test
    void panelsHaveAUnit() {
        for (JsonNode panel : dashboard.panels()) {
            JsonNode defaults = panel.get("fieldConfig").get("defaults");
            JsonNode axis = panel.get("options").path("yAxis");
            assertThat(defaults.has("unit") || axis.has("unit"))
                    .as(panel.get("title").asString())
                    .isTrue();
        }
    }

    @Test
    void panelsLieBesideEachOther() {
        Set<String> taken = new HashSet<>();
        Stream.concat(
                        dashboard.panels().stream(),
                        dashboard
                                .root()
                                .get("panels")
                                .valueStream()
                                .filter(panel -> panel.get("type").asString().equals("row")))
                .forEach(panel -> cells(panel.get("gridPos"))
                        .forEach(cell -> assertThat(taken.add(cell))
                                .as(panel.get("title").asString() + " at " + cell)
                                .isTrue()));
        assertThat(taken).isNotEmpty();
    }

    private static List<String> cells(JsonNode place) {
        List<String> cells = new ArrayList<>();
        int left = place.get("x").asInt();
        int right = left + place.get("w").asInt();
        int top = place.get("y").asInt();
        assertThat(right).isLessThanOrEqualTo(24);
        for (int x = left; x < right; x++) {
            for (int y = top; y < top + place.get("h").asInt(); y++) {
                cells.add(x + "," + y);
            }
        }
        return cells;
    }

    @Test
    void queriesAskForTheChosenPodsAndTopicsOnly() {
        for (Query query : dashboard.queries()) {
            assertThat(METRIC.matcher(query.expression()).find())
                    .as(query.place())
                    .isTrue();
            Matcher metric = METRIC.matcher(query.expression());
            while (metric.find()) {
                String selector = metric.group(2);
                assertThat(selector)
                        .as(query.place() + ": " + metric.group(1))
                        .contains("namespace=~\"$namespace\"", "job=~\"$release\"", "pod=~\"$pod\"");
                assertThat(selector.contains("topic=~\"$topic\""))
                        .as(query.place() + ": " + metric.group(1) + " by topic")
                        .isEqualTo(BY_TOPIC.matcher(metric.group(1)).matches());
            }
        }
    }

    @Test
    void whatEveryInstanceSaysOfTheGroupIsNotAddedUp() {
        assertThat(dashboard.queries())
                .filteredOn(query -> query.expression().contains("intake_partitions_unowned"))
                .isNotEmpty()
                .allSatisfy(query -> assertThat(query.expression())
                        .contains("max by (namespace, job, topic) (intake_partitions_unowned"));
    }

    @Test
    void variablesAreChained() {
        assertThat(dashboard.variables())
                .extracting(Variable::name)
                .containsExactly("namespace", "release", "pod", "topic");
        assertThat(dashboard.variables().get(1).selector()).contains("=~\"$namespace\"");
        assertThat(dashboard.variables().get(1).label()).isEqualTo("job");
        assertThat(dashboard.variables().get(2).selector()).contains("=~\"$namespace\"", "job=~\"$release\"");
        assertThat(dashboard.variables().get(3).selector())
                .contains("=~\"$namespace\"", "job=~\"$release\"", "=~\"$pod\"");
    }

    /** A figure of the past, and a green one without data, would say that all is well when no instance runs. */
    @Test
    void figuresAreThoseOfThisMomentAndNotGreenWithoutAny() {
        assertThat(stats()).isNotEmpty().allSatisfy(panel -> {
            JsonNode target = panel.get("targets").get(0);
            assertThat(target.get("instant").asBoolean()).isTrue();
            assertThat(target.get("range").asBoolean()).isFalse();
            assertThat(panel.at("/fieldConfig/defaults/mappings").valueStream()).anySatisfy(mapping -> {
                assertThat(mapping.at("/options/match").asString("")).isEqualTo("null+nan");
                assertThat(mapping.at("/options/result/color").asString()).isEqualTo("orange");
            });
        });
    }

    @Test
    void figuresOfTheFirstRowsLinkToTheirSectionsOfTheRunbook() throws IOException {
        String runbook = Files.readString(Path.of("docs", "runbook.md")).toLowerCase(Locale.ROOT);
        List<String> links = dashboard.panels().stream()
                .flatMap(panel -> panel.path("links").valueStream())
                .map(link -> link.get("url").asString())
                .toList();

        assertThat(links).hasSizeGreaterThanOrEqualTo(12).allSatisfy(link -> {
            assertThat(link).startsWith("docs/runbook.md#");
            assertThat(runbook).contains("\n## " + link.substring(link.indexOf('#') + 1) + "\n");
        });
        assertThat(stats().filter(panel -> panel.get("gridPos").get("y").asInt() < 10))
                .allSatisfy(panel -> assertThat(panel.has("links"))
                        .as(panel.get("title").asString())
                        .isTrue());
    }

    private Stream<JsonNode> stats() {
        return dashboard.panels().stream()
                .filter(panel -> panel.get("type").asString().equals("stat"));
    }

    @Test
    void annotationsAreTheSameForOldAndNewReleasesOfGrafana() {
        assertThat(dashboard.annotations()).hasSize(2).allSatisfy(annotation -> {
            JsonNode target = annotation.get("target");
            assertThat(annotation.get("expr")).isEqualTo(target.get("expr"));
            assertThat(annotation.get("step")).isEqualTo(target.get("interval"));
        });
    }
}
