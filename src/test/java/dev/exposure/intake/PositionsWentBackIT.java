package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Promise 4: what the database has lost, as by a failover to a replica that lagged, is noticed and counted again. */
@ExtendWith(OutputCaptureExtension.class)
class PositionsWentBackIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void lostCountsAreCountedAgainWhenTheDatabaseGoesBackWhileTheServiceRuns(CapturedOutput output) {
        broker.createTopic("running", 1);
        try (Service service = Service.start(Service.properties(broker, "running", directory))) {
            write(service, "running", 0, 100);
            write(service, "running", 100, 50);

            goBackByFifty(service.bean(JdbcTemplate.class));
            write(service, "running", 150, 10);

            saidOnce(service, output, "running");
            assertThat(service.events("SINK_DOWN")).isZero();
            assertThat(service.state()).isEqualTo("RUNNING");
        }
    }

    @Test
    void lostCountsAreCountedAgainWhenTheDatabaseWentBackWhileTheServiceWasStopped(CapturedOutput output) {
        broker.createTopic("stopped", 1);
        Map<String, String> properties = Service.properties(broker, "stopped", directory);
        try (Service service = Service.start(properties)) {
            write(service, "stopped", 0, 150);
            await().atMost(PATIENCE).until(() -> Long.valueOf(150).equals(broker.committed("stopped", "stopped", 0)));
        }
        goBackByFifty(new JdbcTemplate(new DriverManagerDataSource(properties.get("spring.datasource.url"), "sa", "")));

        try (Service service = Service.start(properties)) {
            write(service, "stopped", 150, 10);
            saidOnce(service, output, "stopped");
        }
        try (Service service = Service.start(properties)) {
            write(service, "stopped", 160, 10);
            assertThat(service.events("POSITIONS_WENT_BACK")).as("told once").isZero();
        }
    }

    private static void goBackByFifty(JdbcTemplate jdbc) {
        jdbc.update("UPDATE partition_position SET next_offset = next_offset - 50, epoch_offset = epoch_offset - 50");
        jdbc.update("UPDATE exposure_count SET exposures = exposures - 50");
    }

    private static void write(Service service, String name, int first, int count) {
        broker.write(name, 0, Exposures.events(name, first, count));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.counted(name)).isEqualTo(first + count));
    }

    private static void saidOnce(Service service, CapturedOutput output, String name) {
        assertThat(service.metric("intake_positions_went_back_total{topic=\"" + name + "\"}"))
                .isEqualTo(50);
        assertThat(service.events("POSITIONS_WENT_BACK")).isEqualTo(1);
        assertThat(output.getAll().lines().filter(line -> line.contains("stored positions went back")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("WARN", name + "-0 from 150 to 100"));
    }
}
