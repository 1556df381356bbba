package dev.exposure.intake.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An instance stands still in mid-work until the group has given its partitions away, and then goes on as if it owned them. */
class FreezeFaults {

    private static final int FREEZES = 3;

    @Test
    void nothingIsCountedTwiceOrMovedBackWhenAFrozenInstanceGoesOn() {
        try (Scene scene = Scene.open("freeze", 6)) {
            List<ServiceProcess> services = scene.startServices(2);
            Feeder feeder = scene.feed(2000);
            scene.awaitAllOwned();
            // Slow enough to be caught in the middle of a transaction.
            scene.database().slowWrites(Duration.ofMillis(100));
            Sentinel sentinel = Sentinel.watch(scene);
            for (int freeze = 0; freeze < FREEZES; freeze++) {
                ServiceProcess frozen = services.get(freeze % 2);
                ServiceProcess other = services.get(1 - freeze % 2);
                await().atMost(Duration.ofMinutes(1))
                        .ignoreExceptions()
                        .until(() -> frozen.owned() == 3 && other.owned() == 3);
                feeder.awaitWritten(2000);
                frozen.freeze();
                await("the other owns all")
                        .atMost(Duration.ofMinutes(1))
                        .ignoreExceptions()
                        .until(() -> other.owned() == 6);
                scene.awaitCaughtUp(); // the other one has gone on with what the frozen one had in hand
                frozen.thaw();
            }
            scene.database().fastWrites();
            services.forEach(ServiceProcess::awaitReady);
            Balance balance = scene.settle();
            int samples = sentinel.assertNothingMovedBack();
            Scene.report("frozen beyond the session timeout x" + FREEZES + ": " + balance + ", re-read "
                    + scene.reReadText() + "; positions and commits never fell in " + samples + " samples");
            balance.assertExact();
        }
    }
}
