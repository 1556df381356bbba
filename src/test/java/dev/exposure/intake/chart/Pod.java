package dev.exposure.intake.chart;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The service's container as the chart renders it, but as a process of this machine: the built jar with the container's
 * environment, its files below a directory, and its ports on loopback.
 */
final class Pod implements AutoCloseable {

    private final Manifests manifests;
    private final String name;
    private final Path root;
    private final Map<String, Map<String, String>> secrets;
    private final HttpClient http;
    private final Process process;

    private Pod(Manifests manifests, String name, Path root, Map<String, Map<String, String>> secrets, HttpClient http)
            throws IOException {
        this.manifests = manifests;
        this.name = name;
        this.root = root;
        this.secrets = secrets;
        this.http = http;
        writeFiles();
        this.process = start();
    }

    /**
     * Starts the pod.
     *
     * @param secrets values by key by the name of the Secret; ConfigMaps of others too
     * @param http client that trusts the service's certificate
     */
    static Pod start(
            Manifests manifests, String name, Path root, Map<String, Map<String, String>> secrets, HttpClient http)
            throws IOException {
        return new Pod(manifests, name, root, secrets, http);
    }

    private void writeFiles() throws IOException {
        Files.createDirectories(root.resolve("work"));
        for (JsonNode mount : manifests.container().get("volumeMounts")) {
            Path directory =
                    Files.createDirectories(Path.of(here(mount.get("mountPath").asString())));
            JsonNode volume = manifests
                    .pod()
                    .get("volumes")
                    .valueStream()
                    .filter(it -> it.get("name").equals(mount.get("name")))
                    .findFirst()
                    .orElseThrow();
            String other = volume.at("/secret/secretName")
                    .asString(volume.at("/configMap/name").asString(""));
            if (mount.get("name").asString().equals("config")) {
                Files.writeString(directory.resolve("application.yaml"), here(manifests.config()));
            } else if (!other.isEmpty()) {
                for (Map.Entry<String, String> file : secrets.get(other).entrySet()) {
                    Files.writeString(directory.resolve(file.getKey()), file.getValue());
                }
            }
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djava.io.tmpdir=" + here("/tmp"),
                        "-jar",
                        Path.of(System.getProperty("built.jar"))
                                .toAbsolutePath()
                                .toString())
                .directory(root.resolve("work").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().put("HOSTNAME", name);
        for (JsonNode variable : manifests.container().get("env")) {
            builder.environment().put(variable.get("name").asString(), value(variable));
        }
        return builder.start();
    }

    private String value(JsonNode variable) {
        JsonNode secret = variable.at("/valueFrom/secretKeyRef");
        if (!secret.isMissingNode()) {
            return secrets.get(secret.get("name").asString())
                    .get(secret.get("key").asString());
        }
        return variable.at("/valueFrom/fieldRef/fieldPath").asString("").equals("metadata.name")
                ? name
                : here(variable.get("value").asString());
    }

    /** The text with the container's directories replaced by those of this machine. */
    private String here(String text) {
        return text.replaceAll(
                "(?<![\\w/])/(etc/exposure-intake|var/lib/exposure-intake|var/dumps|tmp)\\b", root + "/$1");
    }

    /** Status that the probe gets which the container has under this name. */
    int probe(String probe) {
        JsonNode get = manifests.container().get(probe).get("httpGet");
        return get(
                        get.get("scheme").asString(),
                        get.get("port").asString(),
                        get.get("path").asString())
                .statusCode();
    }

    /** Body of what the port of this name serves at the path. */
    String body(String scheme, String port, String path) {
        HttpResponse<String> response = get(scheme, port, path);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + ": " + response.statusCode());
        }
        return response.body();
    }

    private HttpResponse<String> get(String scheme, String port, String path) {
        int number = manifests
                .container()
                .get("ports")
                .valueStream()
                .filter(it -> it.get("name").asString().equals(port))
                .mapToInt(it -> it.get("containerPort").asInt())
                .findFirst()
                .orElseThrow();
        URI uri = URI.create(scheme.toLowerCase(Locale.ROOT) + "://localhost:" + number + path);
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException ex) {
            throw new AssertionError(uri + ": " + ex + "\n" + output(), ex);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }

    /** Ends it as Kubernetes does and gives its exit code, or fails when the grace period is over. */
    int stop() throws InterruptedException {
        process.destroy();
        int grace = manifests.pod().get("terminationGracePeriodSeconds").asInt();
        if (!process.waitFor(grace, TimeUnit.SECONDS)) {
            throw new AssertionError("still there after " + grace + " s");
        }
        return process.exitValue();
    }

    /** Files that it wrote where the container's file system is read-only. */
    List<Path> strayFiles() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("work"))) {
            return files.toList();
        }
    }

    /** All that it has printed. */
    String output() {
        try {
            return Files.readString(log());
        } catch (IOException ex) {
            return "";
        }
    }

    private Path log() {
        return root.resolve("output.txt");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
