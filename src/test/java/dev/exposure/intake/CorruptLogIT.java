package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** Records that can't even be fetched, because the broker's disk spoilt them: their partition waits, and says so. */
@ExtendWith(OutputCaptureExtension.class)
class CorruptLogIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void partitionWithACorruptBatchWaitsWhileOthersGoOnAndIsReadAfterTheNextStartWhenMended(CapturedOutput output)
            throws IOException {
        broker.createTopic("corrupt", 2);
        broker.write("corrupt", 0, Exposures.events("before", 0, 1));
        broker.write("corrupt", 0, Exposures.events("spoilt", 0, 1));
        flipLastBit(broker.log("corrupt", 0));

        int others;
        try (Service service = Service.start(Service.properties(broker, "corrupt", directory))) {
            AtomicInteger written = new AtomicInteger();
            await().atMost(PATIENCE).until(() -> {
                broker.write("corrupt", 1, Exposures.events("other", written.getAndAdd(10), 10));
                return attempts(service) >= 2;
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("other")).isEqualTo(written.get()));
            assertThat(service.state()).isEqualTo("RETRYING");
            assertThat(service.actuator("health").get("components").get("kafka").toString())
                    .contains("corrupt-0 at offset 1");
            assertThat(service.health("/liveness")).isEqualTo(200);
            assertThat(service.counted("spoilt")).isZero();
            assertThat(broker.committed("corrupt", "corrupt", 0)).isLessThanOrEqualTo(1);

            assertThat(service.events("BROKER_DOWN")).isEqualTo(1);
            assertThat(output.getAll().lines().filter(line -> line.contains(".Outages ") && line.contains("fails and")))
                    .as("said once")
                    .hasSize(1);
            others = written.get();
        }
        // As when a sound replica takes over. The client keeps what it has fetched, so it takes a new one.
        flipLastBit(broker.log("corrupt", 0));
        try (Service service = Service.start(Service.properties(broker, "corrupt", directory))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("spoilt")).isEqualTo(1));
            assertThat(service.counted("before")).isEqualTo(1);
            assertThat(service.counted("other")).isEqualTo(others);
        }
    }

    private static long attempts(Service service) {
        JsonNode details =
                service.actuator("health").get("components").get("kafka").get("details");
        return details == null ? 0 : details.get("attempts").asLong();
    }

    private static void flipLastBit(Path file) throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
            log.seek(log.length() - 2);
            int read = log.read();
            log.seek(log.length() - 2);
            log.write(read ^ 1);
        }
    }
}
