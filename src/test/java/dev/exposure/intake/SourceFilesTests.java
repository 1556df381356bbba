package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes that the compiler and the formatter do not look at. */
class SourceFilesTests {

    private static final int MOST_LINES = 250;
    private static final int MOST_LINES_OF_TESTS = 340;

    @ParameterizedTest
    @MethodSource("sources")
    void fileIsShortEnoughToBeReadInOneGo(Path source) throws IOException {
        List<String> lines = Files.readAllLines(source);
        assertThat(lines)
                .as("lines of " + source)
                .hasSizeLessThanOrEqualTo(source.startsWith("src/test") ? MOST_LINES_OF_TESTS : MOST_LINES);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
