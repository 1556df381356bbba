package dev.exposure.intake.dashboard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard of the chart, and what it asks Prometheus. */
final class Dashboard {

    private final JsonNode root;

    private Dashboard(JsonNode root) {
        this.root = root;
    }

    static Dashboard read() {
        Path file = Path.of("helm", "exposure-intake", "files", "dashboard.json");
        return new Dashboard(JsonMapper.shared().readTree(file.toFile()));
    }

    /**
     * A query of a panel or an annotation.
     *
     * @param place title of what it belongs to, and which one of its queries it is
     * @param instant whether only the present value is asked for
     */
    record Query(String place, String expression, boolean instant) {}

    /**
     * A variable that Prometheus is asked for.
     *
     * @param selector series whose label is looked at
     */
    record Variable(String name, String selector, String label) {}

    JsonNode root() {
        return root;
    }

    /** All panels that show something, also those in collapsed rows. */
    List<JsonNode> panels() {
        return root.get("panels")
                .valueStream()
                .flatMap(panel -> panel.get("type").asString().equals("row")
                        ? panel.get("panels").valueStream()
                        : Stream.of(panel))
                .toList();
    }

    /** Annotations that come from Prometheus. */
    List<JsonNode> annotations() {
        return root.get("annotations")
                .get("list")
                .valueStream()
                .filter(annotation -> !annotation.has("builtIn"))
                .toList();
    }

    /** Queries of all panels and annotations. */
    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.get("targets")) {
                queries.add(new Query(
                        panel.get("title").asString() + "/"
                                + target.get("refId").asString(),
                        target.get("expr").asString(),
                        target.get("instant").asBoolean()));
            }
        }
        for (JsonNode annotation : annotations()) {
            queries.add(new Query(
                    annotation.get("name").asString() + "/annotation",
                    annotation.get("target").get("expr").asString(),
                    false));
        }
        return queries;
    }

    /** Variables in their order, of which each may use those before it. */
    List<Variable> variables() {
        return root.get("templating")
                .get("list")
                .valueStream()
                .filter(variable -> variable.get("type").asString().equals("query"))
                .map(Dashboard::variable)
                .toList();
    }

    private static Variable variable(JsonNode node) {
        String query = node.get("query").get("query").asString();
        String inner = query.substring("label_values(".length(), query.length() - 1);
        int comma = inner.lastIndexOf(',');
        return new Variable(
                node.get("name").asString(),
                inner.substring(0, comma).strip(),
                inner.substring(comma + 1).strip());
    }

    /** The text with variables in place, several values of one as Grafana writes them for Prometheus. */
    static String fill(String text, Map<String, List<String>> values) {
        String filled = text;
        for (Map.Entry<String, List<String>> value : values.entrySet()) {
            List<String> all = value.getValue();
            String written = all.size() == 1 ? all.get(0) : "(" + String.join("|", all) + ")";
            filled = filled.replace("$" + value.getKey(), written);
        }
        return filled;
    }
}
