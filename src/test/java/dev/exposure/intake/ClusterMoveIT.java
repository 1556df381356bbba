package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service moves to another Kafka cluster in the way that docs/operations.md tells, with its database. */
class ClusterMoveIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "moving";

    @TempDir
    Path directory;

    @Test
    void recordsOfTheNewClusterAreReadFromTheFirstOneWhateverTheInitialPosition() {
        TestBroker from = TestBroker.shared();
        try (TestBroker to = TestBroker.start()) {
            from.createTopic(NAME, 2);
            from.write(NAME, 0, Exposures.events("before", 0, 60));
            try (Service service = start(from, "earliest")) {
                counted(service, "before", 60);
            }

            // Written before the service looks at the new cluster, to more partitions than there were, and to lower
            // offsets.
            to.createTopic(NAME, 3);
            for (int partition = 0; partition < 3; partition++) {
                to.write(NAME, partition, Exposures.events("after", partition * 10, 10));
            }
            try (Service service = start(to, "latest")) {
                counted(service, "after", 30);
                to.write(NAME, 0, Exposures.events("later", 0, 5));
                counted(service, "later", 5);
                counted(service, "before", 60);
                counted(service, "after", 30);
                assertThat(service.actuator("assignment").get("partitions").valueStream())
                        .hasSize(3)
                        .allSatisfy(partition -> assertThat(
                                        partition.get("startReason").asString())
                                .isEqualTo("NEW_PARTITION"));
                assertThat(service.events("TOPIC_RECREATED")).isZero();
                assertThat(service.events("FIRST_START")).isZero();
                assertThat(service.prometheus())
                        .contains("intake_records_lost_total{cause=\"retention\",topic=\"moving\"} 0.0");
            }
        }
    }

    private Service start(TestBroker broker, String initialPosition) {
        Map<String, String> properties = Service.properties(broker, NAME, directory);
        properties.put("intake.initial-position", initialPosition);
        return Service.start(properties);
    }

    private static void counted(Service service, String ad, long count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.counted(ad)).isEqualTo(count));
    }
}
