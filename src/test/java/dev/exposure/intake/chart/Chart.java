package dev.exposure.intake.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The chart with some values and for some version of Kubernetes, rendered by Helm itself. */
final class Chart {

    static final Path DIRECTORY = Path.of("helm", "exposure-intake");
    static final String RELEASE = "ads";
    static final String NAMESPACE = "exposures";
    static final String NEW_KUBERNETES = "1.35.0";
    static final String OLD_KUBERNETES = "1.20.0";

    private final List<Path> values;
    private final String kubernetes;

    private Chart(List<Path> values, String kubernetes) {
        this.values = values;
        this.kubernetes = kubernetes;
    }

    /** With the chart's own values and nothing else, not even the brokers that it needs. */
    static Chart bare() {
        return new Chart(List.of(), NEW_KUBERNETES);
    }

    /** With the least that is needed. */
    static Chart least() {
        return example("embedded");
    }

    /** With the values of an example in {@code ci/}. */
    static Chart example(String name) {
        return new Chart(List.of(DIRECTORY.resolve("ci").resolve(name + "-values.yaml")), NEW_KUBERNETES);
    }

    /** Names of all examples in {@code ci/}. */
    static List<String> examples() {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
            return files.map(file -> file.getFileName().toString().replace("-values.yaml", ""))
                    .sorted()
                    .toList();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Also with these values, as YAML. */
    Chart and(String yaml) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            file.toFile().deleteOnExit();
            Files.writeString(file, yaml);
            List<Path> all = new ArrayList<>(values);
            all.add(file);
            return new Chart(all, kubernetes);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** For another version of Kubernetes. */
    Chart on(String version) {
        return new Chart(values, version);
    }

    /** Renders the manifests, that of the test hook too. */
    Manifests render() {
        return Manifests.of(text(Hookless.CHART));
    }

    /** Renders the manifests as text, without those of hooks, which Helm leaves out here. */
    String text() {
        return text(DIRECTORY);
    }

    private String text(Path chart) {
        TemplateCommand command = new Helm(chart)
                .template()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeVersion(kubernetes);
        values.forEach(command::withValuesFile);
        return command.call();
    }

    /** What Helm tells a user who has installed it. */
    String notes() {
        InstallCommand command = new Helm(DIRECTORY)
                .install()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeVersion(kubernetes)
                .clientOnly()
                .dryRun()
                .debug();
        values.forEach(command::withValuesFile);
        String output = command.call().getOutput();
        int from = output.indexOf("\nNOTES:\n");
        if (from < 0) {
            throw new AssertionError("no notes in " + output);
        }
        return output.substring(from + 8);
    }

    /** A YAML reader that takes no duplicate keys. */
    static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }
}
