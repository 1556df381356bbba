package dev.exposure.intake.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the chart renders, as JSON. */
record Manifests(List<JsonNode> all) {

    static Manifests of(String text) {
        List<JsonNode> all = new ArrayList<>();
        Chart.yaml().loadAll(text).forEach(it -> {
            if (it != null) {
                all.add(JsonMapper.shared().valueToTree(it));
            }
        });
        return new Manifests(all);
    }

    /** Objects of a kind, the pod of the test hook not counted as one of the release. */
    List<JsonNode> all(String kind) {
        return all.stream()
                .filter(it -> it.path("kind").asString().equals(kind))
                .toList();
    }

    /** The only object of a kind. */
    JsonNode only(String kind) {
        List<JsonNode> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects of kind " + kind + " among " + kinds());
        }
        return found.get(0);
    }

    /** Kinds of all objects. */
    List<String> kinds() {
        return all.stream().map(it -> it.path("kind").asString()).toList();
    }

    /** The Deployment or StatefulSet. */
    JsonNode workload() {
        return all("StatefulSet").isEmpty() ? only("Deployment") : only("StatefulSet");
    }

    /** Spec of the workload's pods. */
    JsonNode pod() {
        return workload().at("/spec/template/spec");
    }

    /** The service's own container. */
    JsonNode container() {
        return pod().get("containers").get(0);
    }

    /** The pod of the test hook. */
    JsonNode test() {
        return only("Pod");
    }

    /** Value of an environment variable of the service, or its source. */
    JsonNode env(String name) {
        return container()
                .get("env")
                .valueStream()
                .filter(it -> it.get("name").asString().equals(name))
                .map(it -> it.has("value") ? it.get("value") : it.get("valueFrom"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no environment variable " + name));
    }

    /** Names of the service's environment variables. */
    List<String> envNames() {
        return texts(container().get("env").valueStream().map(it -> it.get("name")));
    }

    /** The configuration file that the service reads, as text. */
    String config() {
        return all("ConfigMap").stream()
                .map(it -> it.at("/data/application.yaml").asString(null))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no application.yaml"));
    }

    /** One value of that file. */
    JsonNode config(String pointer) {
        return JsonMapper.shared()
                .valueToTree(Chart.yaml().<Object>load(config()))
                .at(pointer);
    }

    static List<String> texts(Stream<JsonNode> nodes) {
        return nodes.map(JsonNode::asString).toList();
    }
}
