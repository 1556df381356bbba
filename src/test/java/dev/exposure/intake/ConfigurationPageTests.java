package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The page that lists the properties, against the metadata that the build makes of the code. */
class ConfigurationPageTests {

    @Test
    void everyPropertyHasItsLine() throws IOException {
        String page = Files.readString(Path.of("docs", "configuration.md"));
        try (InputStream metadata = Objects.requireNonNull(
                getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            List<String> names = JsonMapper.shared()
                    .readTree(metadata)
                    .get("properties")
                    .valueStream()
                    .map(property -> property.get("name").asString())
                    .filter(name -> name.startsWith("intake."))
                    .toList();

            assertThat(names)
                    .hasSizeGreaterThan(15)
                    .allSatisfy(name -> assertThat(page)
                            .containsAnyOf(
                                    "`" + name + "`",
                                    "`" + name + ".*`",
                                    "`." + name.substring(name.lastIndexOf('.') + 1) + "`",
                                    "`" + name.substring(0, name.lastIndexOf('.')) + ".*`"));
        }
    }
}
