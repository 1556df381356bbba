package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever is woken by an alert finds its section, and in it names that exist. */
class RunbookTests {

    private static final Path RULES = Path.of("helm", "exposure-intake", "files", "alerts.yaml");
    private static final Path RUNBOOK = Path.of("docs", "runbook.md");
    private static final Path METRICS = Path.of("docs", "metrics.md");
    private static final Pattern METRIC = Pattern.compile("\\b(?:intake|process|kafka)_[a-z_]*[a-z](?![a-z_*-])");

    /** Metrics whose names are agreed upon and that are about to come. */
    private static final Set<String> AGREED = Set.of("intake_positions_went_back_total");

    private static final List<String> PARTS =
            List.of("**Meaning.**", "**Impact.**", "**Diagnosis.**", "**What to do.**");

    @Test
    void alertsAreThoseOfTheContract() {
        assertThat(alerts())
                .containsOnlyKeys(
                        "RecordsLost",
                        "PositionsWentBack",
                        "BalanceOff",
                        "NewPartitionNotConsumed",
                        "TopicRecreated",
                        "TopicMissing",
                        "PartitionStalled",
                        "RecordsHeldBack",
                        "RetentionRisk",
                        "LagTimeHigh",
                        "DeadLetterRatio",
                        "DeadLettersCut",
                        "SinkDown",
                        "ProcessorDown",
                        "KafkaUnreachable",
                        "RebalanceStorm",
                        "RebalanceHangs",
                        "ConsumerDown",
                        "LagSampleStale");
    }

    @ParameterizedTest
    @MethodSource("names")
    void alertIsWholeAndItsSectionHasTheFourParts(String name) {
        JsonNode alert = alerts().get(name);
        assertThat(alert.at("/labels/severity").asString()).isIn("critical", "warning");
        assertThat(alert.has("keep_firing_for")).isTrue();
        for (String annotation : List.of("summary", "description", "runbook_url")) {
            assertThat(alert.at("/annotations/" + annotation).asString())
                    .as(annotation)
                    .isNotBlank();
        }
        assertThat(alert.at("/annotations/description").asString()).contains("$labels.job", "$labels.namespace");
        String url = alert.at("/annotations/runbook_url").asString();
        assertThat(url).startsWith("docs/runbook.md#");
        String section = Markdown.of(RUNBOOK).section(url.substring(url.indexOf('#') + 1));
        assertThat(section).startsWith("## " + name + "\n").containsSubsequence(PARTS);
        assertThat(section.split("\\*\\*Diagnosis\\.\\*\\*")[1])
                .as("a command to begin with")
                .containsAnyOf("curl", "kubectl", "kafka-", "\nall ");
    }

    @Test
    void commandsFitAnyNameOfTheReleaseAndHttpsAndTakeNoPortTwice() throws IOException {
        String page = Files.readString(RUNBOOK);

        assertThat(page)
                .as("nameOverride changes app.kubernetes.io/name")
                .doesNotContain("app.kubernetes.io/name=")
                .contains("app.kubernetes.io/instance=$RELEASE");
        assertThat(page.lines().filter(line -> line.contains("$A/") || line.contains("$B/")))
                .as("a certificate for the Service's name is not one for 127.0.0.1")
                .isNotEmpty()
                .allMatch(line -> line.contains("curl -sk "));
        assertThat(page.lines().filter(line -> line.contains("port-forward") && line.contains(" 8080:")))
                .hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("filesThatNameMetrics")
    void metricsThatAreNamedExist(Path file) throws IOException {
        Set<String> named = new TreeSet<>();
        METRIC.matcher(Files.readString(file)).results().forEach(it -> named.add(it.group()));

        assertThat(named).isNotEmpty();
        assertThat(Stream.concat(MetricsIT.names().stream(), AGREED.stream())).containsAll(named);
    }

    @Test
    void everyMetricIsExplained() throws IOException {
        String page = Files.readString(METRICS);

        assertThat(MetricsIT.METRICS.stream().map(MetricsIT.Metric::name))
                .filteredOn(name -> name.startsWith("intake_"))
                .allSatisfy(name -> assertThat(page).contains("| `" + name + "` |"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void relativeLinksLeadSomewhere(Path page) {
        for (String link : Markdown.of(page).links()) {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
            assertThat(target).as("%s in %s", link, page).exists();
            if (parts.length == 2) {
                assertThat(Markdown.of(target).anchors())
                        .as("%s in %s", link, page)
                        .contains(parts[1]);
            }
        }
    }

    private static Set<String> names() {
        return alerts().keySet();
    }

    private static Map<String, JsonNode> alerts() {
        try {
            JsonNode file = JsonMapper.shared().valueToTree(new Yaml().load(Files.readString(RULES)));
            Map<String, JsonNode> byName = new TreeMap<>();
            file.get("groups")
                    .forEach(group -> group.get("rules")
                            .forEach(rule -> byName.put(rule.get("alert").asString(), rule)));
            return byName;
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static List<Path> filesThatNameMetrics() {
        return List.of(RULES, RUNBOOK, METRICS, Path.of("README.md"));
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            docs.filter(file -> file.toString().endsWith(".md")).sorted(),
                            Stream.of(Path.of("README.md"), Path.of("CHANGELOG.md")))
                    .toList();
        }
    }
}
