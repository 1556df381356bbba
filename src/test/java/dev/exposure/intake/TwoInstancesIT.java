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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two instances of one group that share a PostgreSQL. */
class TwoInstancesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    private Map<String, String> properties(String name, String protocol) {
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("spring.datasource.url", TestPostgres.url(name));
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        properties.put("intake.initial-position", "latest");
        return properties;
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void noHistoryIsReplayedAndNothingLostWhenBothStartANewGroupAtOnce(String protocol) {
        String name = "two-" + protocol;
        broker.createTopic(name, 4);
        for (int partition = 0; partition < 4; partition++) {
            broker.write(name, partition, Exposures.events("history-" + protocol, partition * 100, 100));
        }
        CompletableFuture<Service> one = CompletableFuture.supplyAsync(() -> Service.start(properties(name, protocol)));
        CompletableFuture<Service> other =
                CompletableFuture.supplyAsync(() -> Service.start(properties(name, protocol)));
        try (Service first = one.join();
                Service second = other.join()) {
            // Written from the moment that both are up, while the partitions are still being shared out.
            AtomicBoolean shared = new AtomicBoolean();
            AtomicInteger written = new AtomicInteger();
            await().atMost(PATIENCE).until(() -> {
                int batch = written.getAndAdd(40);
                for (int partition = 0; partition < 4; partition++) {
                    broker.write(name, partition, Exposures.events("live-" + protocol, batch + partition * 10, 10));
                }
                shared.set(owned(first) == 2 && owned(second) == 2);
                return shared.get();
            });
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(first.counted("live-" + protocol)).isEqualTo(written.get()));
            assertThat(first.counted("history-" + protocol)).isZero();

            broker.growTopic(name, 6);
            broker.write(name, 4, Exposures.events("added-" + protocol, 0, 70));
            broker.write(name, 5, Exposures.events("added-" + protocol, 70, 70));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(first.counted("added-" + protocol)).isEqualTo(140));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(owned(first) + owned(second)).isEqualTo(6));
            assertThat(first.events("OTHER_MEMBER") + second.events("OTHER_MEMBER"))
                    .as("a database that both share serves both")
                    .isZero();
        }
    }

    private static int owned(Service service) {
        return service.actuator("assignment").get("partitions").size();
    }
}
