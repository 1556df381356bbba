package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Forwarder;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.Standby;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Promise 4, with a real failover: a streaming standby that lags becomes the database. */
@Slow
class StandbyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int BATCH = 50;
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void countsAreExactWhenAStandbyThatLagsIsPromotedUnderLoad() throws Exception {
        String topic = "standby-running";
        broker.createTopic(topic, 2);
        AtomicBoolean writing = new AtomicBoolean(true);
        try (Standby servers = new Standby(directory);
                Forwarder database = new Forwarder()) {
            database.open(servers.primaryAddress());
            try (Service service = Service.start(properties(topic, database))) {
                CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> writeWhile(topic, writing));
                await().atMost(PATIENCE).until(() -> service.counted("ad") > 200);
                servers.stopFollowing();
                long before = service.counted("ad");
                await().atMost(PATIENCE).until(() -> service.counted("ad") > before + 300);

                database.close();
                servers.failOver();
                database.open(servers.standbyAddress());
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.events("POSITIONS_WENT_BACK"))
                                .isPositive());
                writing.set(false);
                awaitExact(service, writer.get());
                assertThat(service.state()).isEqualTo("RUNNING");
                assertThat(service.metric("intake_positions_went_back_total{topic=\"" + topic + "\"}"))
                        .as("records that the standby had not got")
                        .isGreaterThanOrEqualTo(300);
            } finally {
                writing.set(false);
            }
        }
    }

    @Test
    void countsAreExactWhenAStandbyThatLagsWasPromotedWhileTheServiceWasStopped() throws Exception {
        String topic = "standby-stopped";
        broker.createTopic(topic, 2);
        try (Standby servers = new Standby(directory);
                Forwarder database = new Forwarder()) {
            database.open(servers.primaryAddress());
            Map<String, String> properties = properties(topic, database);
            try (Service service = Service.start(properties)) {
                write(topic, 0, 4);
                awaitExact(service, 4 * BATCH);
                servers.stopFollowing();
                write(topic, 4, 4);
                awaitExact(service, 8 * BATCH);
            }
            database.close();
            servers.failOver();
            database.open(servers.standbyAddress());

            try (Service service = Service.start(properties)) {
                write(topic, 8, 1);
                awaitExact(service, 9 * BATCH);
                assertThat(service.metric("intake_positions_went_back_total{topic=\"" + topic + "\"}"))
                        .isEqualTo(4 * BATCH);
            }
        }
    }

    private Map<String, String> properties(String topic, Forwarder database) {
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("spring.datasource.url", "jdbc:postgresql://" + database.address() + "/postgres");
        properties.put("spring.datasource.username", "postgres");
        properties.put("spring.datasource.password", "");
        properties.put("spring.datasource.hikari.connection-timeout", "2000");
        properties.put("intake.poll.max-records", "40");
        return properties;
    }

    private static int writeWhile(String topic, AtomicBoolean writing) {
        int batches = 0;
        while (writing.get()) {
            write(topic, batches, 1);
            batches++;
        }
        return batches * BATCH;
    }

    private static void write(String topic, int firstBatch, int batches) {
        for (int batch = firstBatch; batch < firstBatch + batches; batch++) {
            broker.write(topic, batch % 2, Exposures.events("ad", batch * BATCH, BATCH));
        }
    }

    /** Waits until the table and the account of the service agree that this many exposures were counted. */
    private static void awaitExact(Service service, long written) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode balance = service.actuator("balance?counts=true");
            assertThat(balance.get("off").asLong()).isZero();
            assertThat(balance.path("counts").path("table").asLong(-1)).isEqualTo(written);
            assertThat(balance.path("counts").path("processed").asLong(-1)).isEqualTo(written);
        });
    }
}
