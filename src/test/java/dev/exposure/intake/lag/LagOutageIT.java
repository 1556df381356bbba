package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.TestScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(240)
@ExtendWith(OutputCaptureExtension.class)
class LagOutageIT {

    private static final String GROUP = "outage-group";

    private KafkaClusterTestKit cluster;
    private LagBroker broker;
    private LagSampler sampler;
    private final TestScheduler scheduler = new TestScheduler();

    @AfterEach
    void stopCluster() throws Exception {
        sampler.stop();
        scheduler.shutdown();
        broker.close();
    }

    @Test
    void sampleWhenPartitionsLoseTheirLeaderShowsTheOthersAndNullForThese(CapturedOutput output) throws Exception {
        startCluster(2);
        broker.createTopic("ads", Map.of(0, List.of(0), 1, List.of(1)));
        broker.createTopic("clicks", Map.of(0, List.of(1)));
        broker.produce("ads", 0, 5);
        broker.produce("ads", 1, 7);
        broker.commit(GROUP, "ads", 1, 2);
        // So long a timeout that waiting it out would show.
        start(Duration.ofSeconds(30), "ads", "clicks");
        BrokerBacked.awaitLag(sampler, 10);

        stop(1);
        BrokerBacked.awaitLag(sampler, 5);
        Instant lost = sampler.latest().measuredAt();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> sampler.latest().measuredAt().isAfter(lost));

        assertThat(sampler.latest().partitions())
                .containsExactly(
                        new PartitionLag("ads", 0, null, 0L, 5L, null, 5L, null, 0L, 0L),
                        new PartitionLag("ads", 1, null, null, null, 2L, null, null, null, null),
                        new PartitionLag("clicks", 0, null, null, null, null, null, null, null, null));
        assertThat(sampler.latest().unownedPartitions()).isEqualTo(3);

        assertThat(lines(output, "The lag of group"))
                .containsExactlyInAnyOrder(
                        "The lag of group outage-group lacks partitions of topic ads: no leader answered for [1]",
                        "The lag of group outage-group lacks partitions of topic clicks: no leader answered for [0]");

        restart(1);
        BrokerBacked.awaitLag(sampler, 10);
        await().until(() -> lines(output, "The lag of group")
                .containsAll(List.of(
                        "The lag of group outage-group has partitions of topic ads again",
                        "The lag of group outage-group has partitions of topic clicks again")));
    }

    @Test
    void sampleWhenClusterIsDownKeepsLastSampleAndSaysSoOnceUntilItIsBack(CapturedOutput output) throws Exception {
        startCluster(1);
        broker.createTopic("ads", 1);
        broker.produce("ads", 0, 5);
        start(Duration.ofSeconds(1), "ads");
        BrokerBacked.awaitLag(sampler, 5);

        stop(0);
        await().until(() -> !lines(output, "Sampling").isEmpty());
        LagSnapshot last = sampler.latest();
        await().until(() -> last.age(Instant.now()).compareTo(Duration.ofSeconds(4)) > 0);
        assertThat(sampler.latest()).isSameAs(last);
        assertThat(lines(output, "Sampling"))
                .singleElement()
                .asString()
                .startsWith("Sampling the lag of group outage-group fails: TimeoutException")
                .endsWith("; the last sample stays and its age grows");

        restart(0);
        broker.produce("ads", 0, 1);
        BrokerBacked.awaitLag(sampler, 6);
        await().until(() -> lines(output, "Sampling").size() > 1);
        assertThat(lines(output, "Sampling")).hasSize(2).endsWith("Sampling the lag of group outage-group works again");
        assertThat(output.getAll()).doesNotContain("\tat dev.exposure");
    }

    private void startCluster(int nodes) throws Exception {
        KafkaClusterTestKit.Builder builder = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                .setNumBrokerNodes(nodes)
                .setNumControllerNodes(1)
                .build());
        LagBroker.properties(nodes).forEach(builder::setConfigProp);
        // A broker that comes back must wait until its former self is given up.
        builder.setConfigProp("broker.session.timeout.ms", "2000").setConfigProp("broker.heartbeat.interval.ms", "500");
        cluster = builder.build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
        broker = LagBroker.of(cluster);
    }

    private void start(Duration timeout, String... topics) {
        sampler = BrokerBacked.sampler(
                broker.admin(), GROUP, List.of(topics), IsolationLevel.READ_UNCOMMITTED, timeout, scheduler, List.of());
        sampler.start();
    }

    private void stop(int node) {
        cluster.brokers().get(node).shutdown();
    }

    private void restart(int node) {
        cluster.brokers().get(node).startup();
    }

    private static List<String> lines(CapturedOutput output, String start) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("LagSampler") && line.contains(start))
                .map(line -> line.substring(line.indexOf(start)))
                .toList();
    }
}
