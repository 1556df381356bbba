package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The database goes away for a minute, and cuts connections in mid-transaction; records wait, and each counts once. */
class DatabaseFaults {

    private static final Duration OUTAGE = Duration.ofMinutes(1);
    private static final int CUTS = 20;

    @Test
    void recordsWaitWithoutARebalanceWhenTheDatabaseIsDownForAMinute() throws IOException {
        try (Scene scene = Scene.open("database-down", 6)) {
            List<ServiceProcess> services = scene.startServices(2);
            Feeder feeder = scene.feed(1500);
            scene.awaitAllOwned();
            awaitShared(services);
            feeder.awaitWritten(3000);
            double rebalances = rebalances(services);
            List<Integer> linesBefore = lines(services);

            scene.database().stop();
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
                assertThat(service.state()).isEqualTo("RETRYING");
                assertThat(service.events("SINK_DOWN"))
                        .as("SINK_DOWN of %s", service)
                        .isEqualTo(1);
                assertThat(service.events("SINK_UP"))
                        .as("SINK_UP of %s", service)
                        .isZero();
            }
            List<Integer> linesAfter = lines(services);
            scene.database().start();

            Balance balance = scene.settle();
            List<Integer> said = new ArrayList<>();
            for (int i = 0; i < services.size(); i++) {
                said.add(linesAfter.get(i) - linesBefore.get(i));
            }
            Scene.report("database down for " + OUTAGE.toSeconds() + " s: " + balance + ", re-read " + scene.reRead()
                    + ", log lines in the outage " + said);
            balance.assertExact();
            for (ServiceProcess service : services) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> service.state().equals("RUNNING"));
                assertThat(service.events("SINK_UP"))
                        .as("SINK_UP of %s", service)
                        .isEqualTo(1);
            }
            assertThat(rebalances(services)).as("rebalances").isEqualTo(rebalances);
            assertThat(said).as("log lines of %s", services).allMatch(count -> count <= 5);
        }
    }

    @Test
    void everyRecordIsCountedOnceWhenTransactionsAreCutOffAgainAndAgain() throws IOException {
        try (Scene scene = Scene.open("database-cut", 6)) {
            List<ServiceProcess> services = scene.startServices(2);
            Feeder feeder = scene.feed(2000);
            scene.awaitAllOwned();
            awaitShared(services);
            double rebalances = rebalances(services);
            int[] cut = new int[1];
            await("connections cut")
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> (cut[0] += scene.database().cutTransactions()) >= CUTS);
            feeder.awaitWritten(1000);
            Balance balance = scene.settle();
            Scene.report(
                    "connections cut in mid-transaction x" + cut[0] + ": " + balance + ", re-read " + scene.reRead());
            balance.assertExact();
            assertThat(rebalances(services)).as("rebalances").isEqualTo(rebalances);
        }
    }

    /** Both have what stays theirs: after one has given up its half, and before the other has it, a rebalance is to come. */
    private static void awaitShared(List<ServiceProcess> services) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> services.get(0).owned() == 3 && services.get(1).owned() == 3);
    }

    private static double rebalances(List<ServiceProcess> services) throws IOException {
        double sum = 0;
        for (ServiceProcess service : services) {
            sum += service.metric("intake_rebalances_total", Map.of());
        }
        return sum;
    }

    private static List<Integer> lines(List<ServiceProcess> services) {
        return services.stream().map(service -> service.lines().size()).toList();
    }
}
