package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The topic grows when nobody looks, or when nobody has time; every new partition is read from its first record. */
class GrowthFaults {

    @Test
    void newPartitionsAreReadFromTheirStartWhenTheTopicGrowsInBadMoments() {
        try (Scene scene = Scene.open("growth", 4)) {
            List<ServiceProcess> services = scene.startServices(2);
            Feeder feeder = scene.feed(1500);
            scene.awaitAllOwned();
            feeder.awaitWritten(2000);

            services.forEach(ServiceProcess::stop);
            scene.kafka().growTopic(Scene.TOPIC, 6);
            feeder.awaitWritten(5000);
            services.forEach(ServiceProcess::start);
            services.forEach(ServiceProcess::awaitReady);
            scene.awaitAllOwned();

            scene.database().stop();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> services.get(0).state().equals("RETRYING"));
            scene.kafka().growTopic(Scene.TOPIC, 8);
            feeder.awaitWritten(10_000);
            scene.database().start();
            scene.awaitAllOwned();

            // One joins, and one leaves, while the group is still dealing with the partitions.
            ServiceProcess third = scene.service("intake-3").start();
            scene.kafka().growTopic(Scene.TOPIC, 10);
            third.awaitReady();
            feeder.awaitWritten(1000);
            scene.kafka().growTopic(Scene.TOPIC, 12);
            services.get(0).stop();
            feeder.awaitWritten(3000);
            scene.awaitAllOwned();

            Balance balance = scene.settle();
            Scene.report("growth from 4 to 12 partitions, service down, database down, in rebalances: " + balance
                    + ", re-read " + scene.reRead());
            balance.assertExact();
            assertThat(scene.ledger().partitions()).as("partitions written to").isEqualTo(12);
        }
    }
}
