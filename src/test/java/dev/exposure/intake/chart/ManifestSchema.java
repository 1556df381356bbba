package dev.exposure.intake.chart;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Strict check of a manifest: no field that Kubernetes does not know, each that it requires, each of the right type. */
final class ManifestSchema {

    /** Objects of operators, which are checked elsewhere. */
    private static final Set<String> OF_OTHERS = Set.of("monitoring.coreos.com", "keda.sh");

    /** Versions that the library no longer has; their fields are those of the later one, so far as the chart uses them. */
    private static final Map<String, String> LATER = Map.of("autoscaling/v2beta2", "V2", "policy/v1beta1", "V1");

    private ManifestSchema() {}

    /** Fails with what is wrong; does nothing for objects of operators. */
    static void check(JsonNode manifest) {
        String apiVersion = manifest.path("apiVersion").asString();
        if (OF_OTHERS.contains(apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/'))))) {
            return;
        }
        JsonElement json = JsonParser.parseString(manifest.toString());
        Class<?> type = type(apiVersion, manifest.path("kind").asString());
        try {
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
            type.getMethod("fromJson", String.class).invoke(null, manifest.toString());
        } catch (InvocationTargetException ex) {
            throw new AssertionError(type.getSimpleName() + ": " + ex.getCause().getMessage(), ex.getCause());
        } catch (ReflectiveOperationException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static Class<?> type(String apiVersion, String kind) {
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        String prefix =
                LATER.getOrDefault(apiVersion, version.substring(0, 1).toUpperCase(Locale.ROOT) + version.substring(1));
        try {
            return Class.forName("io.kubernetes.client.openapi.models." + prefix + kind);
        } catch (ClassNotFoundException ex) {
            throw new AssertionError("Kubernetes knows no " + apiVersion + " " + kind, ex);
        }
    }
}
