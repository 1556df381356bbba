package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Brokers die under load, one of three and all of them: the service says so in few words, and recovers by itself. */
class BrokerFaults {

    private static final Duration OUTAGE = Duration.ofMinutes(1);
    private static final int LINES_A_MINUTE = 8;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Map<String, String> SAFE = Map.of("min.insync.replicas", "2");

    @Test
    void everyRecordCountsOnceWhenBrokersDie() throws IOException {
        // For the group's offsets too.
        try (Scene scene = Scene.open("brokers", 3, Map.of("min.insync.replicas", "2"))) {
            scene.kafka().createTopic(Scene.TOPIC, 6, 3, SAFE);
            List<ServiceProcess> services = scene.startServices(2);
            Feeder feeder = scene.feed(1000);
            scene.awaitAllOwned();
            feeder.awaitWritten(2000);

            for (int broker = 1; broker <= 3; broker++) {
                scene.kafka().broker(broker).kill();
                double before = taken(services);
                feeder.awaitWritten(4000);
                await("records taken while broker " + broker + " is down")
                        .atMost(LIMIT)
                        .until(() -> taken(services) >= before + 4000);
                scene.kafka().startBroker(broker);
                awaitReplicated(scene);
            }
            scene.awaitCaughtUp();
            Scene.report("one of three brokers killed, each in turn: written "
                    + scene.ledger().written() + " so far, re-read " + scene.reRead());

            List<Integer> silent = lines(services);
            scene.kafka().killBrokers();
            long end = System.nanoTime() + OUTAGE.toNanos();
            await("end of the outage").atMost(OUTAGE.multipliedBy(2)).until(() -> {
                for (ServiceProcess service : services) {
                    assertThat(service.health("/liveness"))
                            .as("liveness of %s", service)
                            .isEqualTo(200);
                }
                return System.nanoTime() > end;
            });
            for (ServiceProcess service : services) {
                JsonNode kafka = service.actuator("health").get("components").get("kafka");
                assertThat(kafka.get("status").asString()).isEqualTo("DOWN");
                assertThat(kafka.get("details").get("cause").asString()).isNotBlank();
                assertThat(kafka.get("details").get("since").asString()).isNotBlank();
            }
            List<Integer> said = lines(services);
            for (int i = 0; i < said.size(); i++) {
                said.set(i, said.get(i) - silent.get(i));
            }
            scene.kafka().startBrokers();
            feeder.awaitWritten(2000);
            Balance balance = scene.settle();
            Scene.report("all brokers down for " + OUTAGE.toSeconds() + " s: " + balance + ", re-read " + scene.reRead()
                    + ", log lines in the outage " + said);
            balance.assertExact();
            assertThat(said).as("log lines of %s", services).allMatch(count -> count <= LINES_A_MINUTE);
            for (ServiceProcess service : services) {
                await("health of " + service).atMost(LIMIT).until(() -> service.health("") == 200);
                assertThat(service.state()).isEqualTo("RUNNING");
            }
        }
    }

    private static double taken(List<ServiceProcess> services) throws IOException {
        double sum = 0;
        for (ServiceProcess service : services) {
            sum += service.metric("intake_records_total", Map.of());
        }
        return sum;
    }

    private static void awaitReplicated(Scene scene) {
        for (int partition = 0; partition < 6; partition++) {
            scene.kafka().awaitInSync(Scene.TOPIC, partition, 3);
        }
    }

    private static List<Integer> lines(List<ServiceProcess> services) {
        return services.stream()
                .map(service -> service.lines().size())
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
