package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the chart whose test pod is an object like others: Helm's library renders no hooks. */
final class Hookless {

    static final Path CHART;

    private static final String HOOK = "\"helm.sh/hook\" \"test\" ";

    static {
        try {
            CHART = copy();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private Hookless() {}

    private static Path copy() throws IOException {
        Path directory = Files.createTempDirectory("chart").resolve("exposure-intake");
        try (Stream<Path> files = Files.walk(Chart.DIRECTORY)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path to = directory.resolve(Chart.DIRECTORY.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
                to.toFile().deleteOnExit();
            }
        }
        Path test = directory.resolve(Path.of("templates", "tests", "readiness.yaml"));
        String template = Files.readString(test);
        assertThat(template).contains(List.of(HOOK, "\"helm.sh/hook-delete-policy\""));
        Files.writeString(test, template.replace(HOOK, ""));
        return directory;
    }
}
