package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What Filebeat writes twice, to partitions that two instances share: counted twice, unless that is asked for. */
@ExtendWith(OutputCaptureExtension.class)
class DoubleWriteIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int EVENTS = 600;
    private static final int WRITTEN_TWICE = 200;

    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"counted-twice, 0, 0", "counted-once, PT1H, 200"})
    void eventWrittenTwiceToOtherPartitionsCountsAsConfigured(
            String name, String window, int duplicates, CapturedOutput output) {
        broker.createTopic(name, 4);
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("spring.datasource.url", TestPostgres.url(name));
        if (!window.equals("0")) {
            properties.put("intake.dedupe.window", window);
        }
        try (Service first = Service.start(properties);
                Service second = Service.start(properties)) {
            await().atMost(PATIENCE).until(() -> owned(first) == 2 && owned(second) == 2);

            writeSomeTwice(name);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sum(first, second, "intake_records_total{outcome=\"counted\"}")
                                    + sum(first, second, "intake_records_total{outcome=\"duplicate\"}"))
                            .isEqualTo(EVENTS + WRITTEN_TWICE));
            assertThat(first.counted(name)).isEqualTo(EVENTS + WRITTEN_TWICE - duplicates);
            assertThat(sum(first, second, "intake_dedupe_duplicates_total")).isEqualTo(duplicates);
            assertThat(sum(first, second, "intake_records_total{outcome=\"duplicate\"}"))
                    .isEqualTo(duplicates);
            assertThat(first.prometheus() + second.prometheus() + output.getAll())
                    .as("no exposure id is shown")
                    .doesNotContain("secret-id");
        }
    }

    /** Writes each event, and a third of them again at once to the next partition, as if the answer had been lost. */
    private static void writeSomeTwice(String topic) {
        try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
            for (int i = 0; i < EVENTS; i++) {
                byte[] event = Exposures.event("secret-id-" + i, topic);
                producer.send(new ProducerRecord<>(topic, i % 4, null, event));
                if (i % (EVENTS / WRITTEN_TWICE) == 0) {
                    producer.send(new ProducerRecord<>(topic, (i + 1) % 4, null, event));
                }
            }
            producer.flush();
        }
    }

    private static double sum(Service first, Service second, String metric) {
        return first.metric(metric) + second.metric(metric);
    }

    private static int owned(Service service) {
        return service.actuator("assignment").get("partitions").size();
    }
}
