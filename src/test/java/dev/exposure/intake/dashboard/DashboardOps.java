package dev.exposure.intake.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.dashboard.Dashboard.Query;
import dev.exposure.intake.dashboard.Dashboard.Variable;
import dev.exposure.intake.faults.MeasuredScene;
import dev.exposure.intake.testing.Prometheus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Everything that the dashboard asks is asked of a real Prometheus, which scrapes two instances while the topic grows and
 * some lines are bad: no panel may be empty, and one that stays at 0 must be of the kind that should.
 */
class DashboardOps {

    /** Where 0 is what an operator should see, or may. */
    private static final Set<String> ZERO = Set.of(
            "Records lost/A",
            "Balance off/A",
            "Total lag/A",
            "Furthest behind/A",
            "Records lost by cause/A",
            "Unowned partitions/A",
            "Paused by operator/A",
            "Topics missing/A",
            "Records held back/A",
            "Dead letters cut/A",
            "Topics re-created/A",
            "Logs cut/A",
            "Unread share of the log, worst partition/A",
            "Warnings and errors logged/A",
            "Database connections/A",
            "Database connections/C");

    private final Dashboard dashboard = Dashboard.read();
    private Instant start;

    @Test
    void everyQueryHasAResultWhenTheServiceHasSeenAGrowthAndBadLines() {
        try (MeasuredScene scene =
                        MeasuredScene.open("dashboard", 3, 2, Map.of(), Map.of("intake.lag.interval", "500ms"));
                Prometheus prometheus = Prometheus.start(
                        System.getenv().getOrDefault("PROMETHEUS", "prometheus"),
                        Path.of("target", "ops", "prometheus"),
                        null,
                        scene.addresses())) {
            start = Instant.now();
            await("both instances in Prometheus, for a while")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> !prometheus
                            .query("count(count_over_time(intake_sink_up[1h]) > 5) == 2")
                            .isEmpty());
            scene.addPartition();
            scene.addPartition();

            Map<String, List<String>> all = variables(prometheus);
            assertThat(all)
                    .containsEntry("namespace", List.of("ads"))
                    .containsEntry("release", List.of("ads/exposure-intake"))
                    .containsEntry("pod", List.of("intake-1", "intake-2"))
                    .containsEntry("topic", List.of("ad-exposure"));
            await("results of all queries")
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(
                            () -> assertThat(faults(prometheus, all, ZERO)).isEmpty());

            Map<String, List<String>> onePod = new HashMap<>(all);
            onePod.put("pod", List.of("intake-2"));
            for (Query query : dashboard.queries()) {
                assertThat(labels(ask(prometheus, query, onePod), "pod"))
                        .as(query.place() + " for one pod")
                        .doesNotContain("intake-1");
            }
            System.out.println("dashboard: " + dashboard.queries().size() + " queries and "
                    + dashboard.variables().size() + " variables answered; " + scene.settle());
        }
    }

    private Map<String, List<String>> variables(Prometheus prometheus) {
        Map<String, List<String>> values = new HashMap<>();
        for (Variable variable : dashboard.variables()) {
            values.put(
                    variable.name(),
                    prometheus.labelValues(variable.label(), Dashboard.fill(variable.selector(), values)));
        }
        return values;
    }

    /** Queries without a result, without a number in it, or with nothing but zeros where that is not expected. */
    private List<String> faults(Prometheus prometheus, Map<String, List<String>> values, Set<String> mayBeZero) {
        List<String> faults = new ArrayList<>();
        for (Query query : dashboard.queries()) {
            JsonNode result = ask(prometheus, query, values);
            List<Double> numbers =
                    numbers(result).filter(number -> !number.isNaN()).toList();
            if (result.isEmpty()) {
                faults.add(query.place() + " is empty: " + query.expression());
            } else if (numbers.isEmpty()) {
                faults.add(query.place() + " is NaN: " + query.expression());
            } else if (!mayBeZero.contains(query.place()) && numbers.stream().allMatch(number -> number == 0)) {
                faults.add(query.place() + " is 0: " + query.expression());
            }
        }
        return faults;
    }

    private JsonNode ask(Prometheus prometheus, Query query, Map<String, List<String>> values) {
        long range = Duration.between(start, Instant.now()).toSeconds() + 1;
        String expression = Dashboard.fill(
                query.expression(),
                Map.of("__rate_interval", List.of("5s"), "__range", List.of(range + "s"), "__interval", List.of("1s")));
        expression = Dashboard.fill(expression, values);
        return query.instant() ? prometheus.query(expression) : prometheus.queryRange(expression, start);
    }

    private static Stream<Double> numbers(JsonNode series) {
        return series.valueStream()
                .flatMap(one -> one.has("value")
                        ? Stream.of(one.get("value"))
                        : one.get("values").valueStream())
                .map(sample -> number(sample.get(1).asString()));
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static List<String> labels(JsonNode series, String label) {
        return series.valueStream()
                .map(one -> one.get("metric").path(label).asString(""))
                .toList();
    }
}
