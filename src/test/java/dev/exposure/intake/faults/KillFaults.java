package dev.exposure.intake.faults;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Instances are killed again and again under load, at any moment, even while they start; no record notices. */
class KillFaults {

    private static final int KILLS = Integer.getInteger("faults.kills", 10);

    @Test
    void everyRecordIsCountedOnceWhenInstancesAreKilledAtRandomMoments() {
        Random random = new Random();
        try (Scene scene = Scene.open("kill", 6)) {
            List<ServiceProcess> services = scene.startServices(3);
            Feeder feeder = scene.feed(1500);
            feeder.awaitWritten(1000);
            Sentinel sentinel = Sentinel.watch(scene);
            for (int kill = 1; kill <= KILLS; kill++) {
                ServiceProcess victim = services.get(random.nextInt(services.size()));
                victim.kill();
                victim.start();
                if (kill == KILLS / 2) {
                    scene.kafka().growTopic(Scene.TOPIC, 9);
                }
                // By records and not by time, so that a slow machine gets as far between two kills as a fast one.
                feeder.awaitWritten(1000 + random.nextInt(8000));
            }
            services.forEach(ServiceProcess::awaitReady);
            Balance balance = scene.settle();
            sentinel.assertNothingMovedBack();
            Scene.report("kill -9 x" + KILLS + ", topic grown from 6 to 9 partitions meanwhile: " + balance
                    + ", re-read " + scene.reReadText());
            balance.assertExact();
        }
    }
}
