package dev.exposure.intake.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

/** New partitions are looked for each second unless something else is configured, and whoever names the default says so. */
class IntakePropertiesTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            README.md                       | '| `intake.partition-detection` | `%ds` |'
            helm/exposure-intake/values.yaml | 'partitionDetection: %ds'
            helm/exposure-intake/README.md   | '| `kafka.partitionDetection` | `"%ds"` |'
            docs/operations.md               | '`intake.partition-detection` (%d s)'
            """)
    void partitionDetectionIsEachSecondWhereNothingElseIsConfigured(Path file, String saysSo) throws IOException {
        Duration detection = Binder.get(new MockEnvironment())
                .bindOrCreate("intake", IntakeProperties.class)
                .partitionDetection();

        assertThat(detection).isEqualTo(Duration.ofSeconds(1));
        assertThat(Files.readString(file)).contains(String.format(saysSo, detection.toSeconds()));
    }
}
