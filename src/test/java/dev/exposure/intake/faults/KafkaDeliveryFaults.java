package dev.exposure.intake.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The delivery to Kafka under all that can happen to it: instances killed and frozen in mid-transaction, each broker killed,
 * and with it the coordinators of group and transactions, the topic grown. What a reader of committed results sums up is what
 * was written.
 */
class KafkaDeliveryFaults {

    private static final int KILLS = Integer.getInteger("faults.kills", 4);
    private static final int FREEZES = 1;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Map<String, String> SAFE = Map.of("min.insync.replicas", "2");

    @Test
    void sumsOfCommittedResultsAreExactWhenInstancesAndBrokersFail() {
        Random random = new Random();
        Map<String, String> brokers = Map.of(
                "min.insync.replicas", "2", "transaction.state.log.min.isr", "2", "default.replication.factor", "3");
        try (Scene scene = Scene.openWithoutDatabase("kafka-delivery", 3, brokers)) {
            scene.kafka().createTopic(Scene.TOPIC, 6, 3, SAFE);
            scene.kafka().createTopic(Scene.RESULTS, 3, 3, SAFE);
            List<ServiceProcess> services = scene.startServices(2);
            Feeder feeder = scene.feed(1000);
            scene.awaitAllOwned();
            feeder.awaitWritten(2000);

            for (int kill = 1; kill <= KILLS; kill++) {
                ServiceProcess victim = services.get(random.nextInt(services.size()));
                victim.kill();
                victim.start();
                if (kill == KILLS / 2) {
                    scene.kafka().growTopic(Scene.TOPIC, 9);
                }
                feeder.awaitWritten(1000 + random.nextInt(6000));
            }
            services.forEach(ServiceProcess::awaitReady);
            for (int freeze = 0; freeze < FREEZES; freeze++) {
                ServiceProcess frozen = services.get(freeze % 2);
                ServiceProcess other = services.get(1 - freeze % 2);
                scene.awaitAllOwned();
                frozen.freeze();
                await("the other owns all").atMost(LIMIT).ignoreExceptions().until(() -> other.owned() == 9);
                feeder.awaitWritten(2000);
                frozen.thaw();
            }
            for (int broker = 1; broker <= 3; broker++) {
                scene.kafka().broker(broker).kill();
                feeder.awaitWritten(4000);
                scene.kafka().startBroker(broker);
                for (int partition = 0; partition < 9; partition++) {
                    scene.kafka().awaitInSync(Scene.TOPIC, partition, 3);
                }
            }
            Balance balance = scene.settle();
            Scene.report("delivery to Kafka, kill -9 x" + KILLS + ", frozen x" + FREEZES
                    + ", each of three brokers killed, topic grown from 6 to 9 partitions: " + balance);
            balance.assertExact();
        }
    }
}
