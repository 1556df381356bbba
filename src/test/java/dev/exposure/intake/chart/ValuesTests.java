package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values, their comments, their schema and the table in the chart's README say the same. */
class ValuesTests {

    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]\\w*):.*");

    private static JsonNode values;
    private static JsonNode schema;
    /** Comment of each value that has one, in the order of the file. */
    private static Map<String, String> comments;

    @BeforeAll
    static void read() throws IOException {
        Path file = Chart.DIRECTORY.resolve("values.yaml");
        values = JsonMapper.shared().valueToTree(Chart.yaml().<Object>load(Files.readString(file)));
        schema = JsonMapper.shared().readTree(Files.readString(Chart.DIRECTORY.resolve("values.schema.json")));
        comments = comments(Files.readAllLines(file));
    }

    @Test
    void everyValueIsExplained() {
        assertThat(unexplained("", values)).isEmpty();
        assertThat(comments.values()).allSatisfy(it -> assertThat(it).endsWith("."));
    }

    @Test
    void readmeHasEveryValueWithItsDefault() throws IOException {
        StringBuilder table = new StringBuilder("| value | default | meaning |\n|---|---|---|\n");
        comments.forEach((path, comment) -> table.append("| `%s` | `%s` | %s |%n"
                .formatted(path, at(path), comment.replace("|", "\\|"))
                .replace("\r", "")));
        Path expected = Files.createDirectories(Path.of("target")).resolve("chart-values.md");
        Files.writeString(expected, table);
        assertThat(Files.readString(Chart.DIRECTORY.resolve("README.md")))
                .as("the table has to be that of " + expected)
                .contains(table);
    }

    @Test
    void schemaKnowsEveryValueAndNoOther() {
        List<String> differences = new ArrayList<>();
        compare("", values, schema, differences);
        assertThat(differences).isEmpty();
        assertThat(schema.get("additionalProperties").asBoolean(true)).isFalse();
    }

    @Test
    void versionsAreThoseOfTheService() throws IOException {
        JsonNode chart = JsonMapper.shared()
                .valueToTree(Chart.yaml().<Object>load(Files.readString(Chart.DIRECTORY.resolve("Chart.yaml"))));
        Matcher pom = Pattern.compile("<artifactId>exposure-intake</artifactId>\\s*<version>(.*?)</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(pom.find()).isTrue();
        assertThat(chart.get("appVersion").asString()).isEqualTo(pom.group(1));
        assertThat(chart.at("/annotations/artifacthub.io~1images").asString())
                .contains("exposure-intake:" + pom.group(1))
                .contains(values.at("/tests/image/repository").asString() + ":"
                        + values.at("/tests/image/tag").asString());
    }

    /** Maps that are filled by the user have a schema for their entries and none for their keys. */
    private static void compare(String path, JsonNode value, JsonNode of, List<String> differences) {
        JsonNode resolved = of.has("$ref") ? schema.at(of.get("$ref").asString().substring(1)) : of;
        if (!resolved.has("properties")) {
            return;
        }
        if (resolved.path("additionalProperties").asBoolean(true)) {
            differences.add(path + " takes anything");
        }
        if (!value.isObject()) {
            return;
        }
        value.properties().forEach(it -> {
            JsonNode property = resolved.get("properties").get(it.getKey());
            if (property == null) {
                differences.add(path + "." + it.getKey() + " is not in the schema");
            } else {
                compare(path + "." + it.getKey(), it.getValue(), property, differences);
            }
        });
        resolved.get("properties").propertyNames().stream()
                .filter(it -> !value.has(it) && !it.equals("global") && !it.equals("claims"))
                .forEach(it -> differences.add(path + "." + it + " is not among the values"));
    }

    private static List<String> unexplained(String path, JsonNode value) {
        List<String> found = new ArrayList<>();
        value.properties().forEach(it -> {
            String at = path.isEmpty() ? it.getKey() : path + "." + it.getKey();
            if (comments.containsKey(at)) {
                return;
            }
            if (it.getValue().isObject() && !it.getValue().isEmpty()) {
                found.addAll(unexplained(at, it.getValue()));
            } else {
                found.add(at);
            }
        });
        return found;
    }

    private static String at(String path) {
        return values.at("/" + path.replace('.', '/')).toString();
    }

    private static Map<String, String> comments(List<String> lines) {
        Map<String, String> comments = new LinkedHashMap<>();
        List<String> path = new ArrayList<>();
        StringBuilder comment = new StringBuilder();
        for (String line : lines) {
            String text = line.strip();
            Matcher key = KEY.matcher(line);
            if (text.startsWith("# -- ")) {
                comment.setLength(0);
                comment.append(text.substring(5));
            } else if (text.startsWith("# ") && !comment.isEmpty()) {
                comment.append(' ').append(text.substring(2));
            } else if (key.matches()) {
                int depth = key.group(1).length() / 2;
                while (path.size() > depth) {
                    path.remove(path.size() - 1);
                }
                path.add(key.group(2));
                if (!comment.isEmpty()) {
                    comments.put(String.join(".", path), comment.toString());
                }
                comment.setLength(0);
            } else {
                comment.setLength(0);
            }
        }
        return comments;
    }
}
