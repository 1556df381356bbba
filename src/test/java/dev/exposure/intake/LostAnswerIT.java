package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.CuttingForwarder;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A connection that dies in the middle of what the database does is said in a line, not by a stack trace, and nothing counts twice. */
@ExtendWith(OutputCaptureExtension.class)
class LostAnswerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void commitWhoseAnswerIsLostCountsOnce(CapturedOutput output) throws Exception {
        broker.createTopic("lost-commit", 1);
        broker.write("lost-commit", 0, Exposures.events("ad", 0, 10));
        String url = TestPostgres.url("lost-commit");
        try (CuttingForwarder database = forwarder(url);
                Service service = Service.start(properties("lost-commit", url, database))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));

            database.cutAnswerTo("COMMIT\0");
            broker.write("lost-commit", 0, Exposures.events("ad", 10, 10));

            await().atMost(PATIENCE).until(() -> service.events("SINK_UP") == 1);
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(20));
            assertThat(database.cuts()).isEqualTo(1);
            assertThat(service.events("SINK_DOWN")).isEqualTo(1);
        }
        assertThatItIsOneLine(output);
    }

    @Test
    void connectionThatDiesWhileTheTablesAreMadeIsTriedAgain(CapturedOutput output) throws Exception {
        broker.createTopic("lost-tables", 1);
        broker.write("lost-tables", 0, Exposures.events("ad", 0, 10));
        String url = TestPostgres.url("lost-tables");
        try (CuttingForwarder database = forwarder(url)) {
            database.cutAnswerTo("CREATE TABLE exposure_count");
            try (Service service = Service.start(properties("lost-tables", url, database))) {
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
                assertThat(database.cuts()).isEqualTo(1);
            }
        }
        assertThatItIsOneLine(output);
    }

    private static void assertThatItIsOneLine(CapturedOutput output) {
        assertThat(lines(output, "Writing to the sink fails")).hasSize(1);
        assertThat(lines(output, "\tat ")).as("no stack traces").isEmpty();
    }

    private static CuttingForwarder forwarder(String url) throws Exception {
        return new CuttingForwarder(URI.create(url.substring("jdbc:".length())).getPort());
    }

    private Map<String, String> properties(String name, String url, CuttingForwarder database) {
        Map<String, String> properties = Service.properties(broker, name, directory);
        // Without names for statements each COMMIT is sent as a text.
        properties.put(
                "spring.datasource.url",
                url.replaceFirst(":\\d+/", ":" + database.port() + "/") + "&prepareThreshold=0");
        properties.put("spring.datasource.username", "postgres");
        return properties;
    }

    private static List<String> lines(CapturedOutput output, String text) {
        return output.getAll().lines().filter(line -> line.contains(text)).toList();
    }
}
