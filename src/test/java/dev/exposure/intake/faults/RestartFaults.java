package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Instances are stopped in good order, as Kubernetes does at a rollout: quickly, and without leaving work half done. */
class RestartFaults {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    @Test
    void nothingIsReadTwiceWhenThreeInstancesAreRestartedInTurnAndTheTopicGrows() {
        try (Scene scene = Scene.open("rolling", 6)) {
            List<ServiceProcess> services = scene.startServices(3);
            Feeder feeder = scene.feed(1500);
            scene.awaitAllOwned();
            List<Duration> stops = new ArrayList<>();
            for (ServiceProcess service : services) {
                feeder.awaitWritten(2000);
                stops.add(service.stop());
                if (stops.size() == 2) {
                    scene.kafka().growTopic(Scene.TOPIC, 7);
                }
                service.start().awaitReady();
                scene.awaitAllOwned();
            }
            feeder.awaitWritten(2000);
            Balance balance = scene.settle();
            Scene.report("rolling restart of 3, one partition added meanwhile: " + balance + ", re-read "
                    + scene.reRead() + ", stopped within " + seconds(stops) + " s");
            balance.assertExact();
            assertThat(scene.reRead()).as("records read again").isZero();
            assertThat(stops).as("times to stop").allMatch(time -> time.compareTo(STOP_LIMIT) < 0);
        }
    }

    @Test
    void workIsFinishedAndTheGroupLeftWhenAnInstanceIsTerminatedUnderLoad() throws Exception {
        try (Scene scene = Scene.open("terminate", 6)) {
            // With so long a session, a member that is gone within a few seconds has said goodbye.
            Map<String, String> longSession = Map.of("spring.kafka.consumer.properties.session.timeout.ms", "45000");
            List<ServiceProcess> services = List.of(
                    scene.service("intake-1", List.of("-Xmx256m"), longSession).start(),
                    scene.service("intake-2", List.of("-Xmx256m"), longSession).start());
            services.forEach(ServiceProcess::awaitReady);
            Feeder feeder = scene.feed(3000);
            scene.awaitAllOwned();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> services.get(0).owned() == 3 && services.get(1).owned() == 3);
            feeder.awaitWritten(5000);

            Duration first = services.get(0).stop();
            assertThat(members(scene)).as("members when the first has stopped").isEqualTo(1);
            await("partitions taken over")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> services.get(1).owned() == 6);
            feeder.awaitWritten(5000);
            assertThat(services.get(1).metric("intake_records_total", Map.of("outcome", "duplicate")))
                    .as("records that the next owner read again")
                    .isZero();

            Duration second = services.get(1).stop();
            assertThat(members(scene)).as("members when both have stopped").isZero();
            assertThat(Sentinel.committed(scene))
                    .as("what was counted is committed")
                    .isEqualTo(scene.database().positions(Scene.TOPIC));

            services.get(0).start().awaitReady();
            Balance balance = scene.settle();
            Scene.report("SIGTERM under load: " + balance + ", re-read " + scene.reRead() + ", stopped within "
                    + seconds(List.of(first, second)) + " s");
            balance.assertExact();
            assertThat(scene.reRead()).as("records read again").isZero();
            assertThat(List.of(first, second)).as("times to stop").allMatch(time -> time.compareTo(STOP_LIMIT) < 0);
        }
    }

    private static int members(Scene scene) throws InterruptedException, ExecutionException {
        return scene.kafka()
                .admin()
                .describeConsumerGroups(List.of(Scene.TOPIC))
                .all()
                .get()
                .get(Scene.TOPIC)
                .members()
                .size();
    }

    private static String seconds(List<Duration> times) {
        return times.stream()
                .map(time -> String.valueOf(time.toMillis() / 1000.0))
                .toList()
                .toString();
    }
}
