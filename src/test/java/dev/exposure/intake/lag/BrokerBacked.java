package dev.exposure.intake.lag;

import static org.awaitility.Awaitility.await;

import dev.exposure.intake.cluster.ClusterReader;
import dev.exposure.intake.cluster.ClusterSampler;
import dev.exposure.intake.connect.BrokerAddresses;
import dev.exposure.intake.testing.TestScheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.scheduling.TaskScheduler;

/** What tests with a broker stand on: a topic and a group of their own, and samplers that end with the test. */
abstract class BrokerBacked {

    static final Duration INTERVAL = Duration.ofMillis(100);

    final LagBroker broker = LagBroker.shared();
    final TestScheduler scheduler = new TestScheduler();
    final String suffix = UUID.randomUUID().toString().substring(0, 8);
    final String topic = "ads-" + suffix;
    final String group = "group-" + suffix;
    private final List<LagSampler> started = new ArrayList<>();

    @AfterEach
    void stopClients() throws Exception {
        started.forEach(LagSampler::stop);
        broker.closeClients();
        scheduler.shutdown();
    }

    LagSampler sampler(String... topics) {
        return start(sampler(broker.admin(), List.of(topics), IsolationLevel.READ_UNCOMMITTED, List.of()));
    }

    LagSampler sampler(
            Admin admin, List<String> topics, IsolationLevel isolation, List<Consumer<LagSnapshot>> listeners) {
        return sampler(admin, group, topics, isolation, Duration.ofSeconds(10), scheduler, listeners);
    }

    static LagSampler sampler(
            Admin admin,
            String group,
            List<String> topics,
            IsolationLevel isolation,
            Duration timeout,
            TaskScheduler scheduler,
            List<Consumer<LagSnapshot>> listeners) {
        ClusterReader cluster = new ClusterReader(admin, group, System::nanoTime);
        ClusterSampler sampler = new ClusterSampler(
                cluster,
                new BrokerAddresses(HashMap::new, topics, System::nanoTime),
                topics,
                timeout,
                INTERVAL,
                scheduler);
        LagReader reader =
                new LagReader(sampler, cluster, isolation, List::of, timeout, INTERVAL.dividedBy(2), Clock.systemUTC());
        return new LagSampler(group, reader, INTERVAL, scheduler, reading -> {}, listeners);
    }

    LagSampler start(LagSampler sampler) {
        started.add(sampler);
        sampler.start();
        return sampler;
    }

    static LagSnapshot sample(LagSampler sampler) {
        await().until(() -> sampler.latest() != null);
        return sampler.latest();
    }

    /** Waits for a sample that began after this call. */
    static void sampleAgain(LagSampler sampler) {
        Instant now = Instant.now();
        await().until(() ->
                sampler.latest() != null && sampler.latest().measuredAt().isAfter(now.plus(INTERVAL)));
    }

    static void awaitLag(LagSampler sampler, long lag) {
        // Unknown, and not a number, while no partition has a leader.
        await().until(() ->
                sampler.latest() != null && Objects.equals(sampler.latest().totalLag(), lag));
    }

    long end(int partition) {
        TopicPartition id = new TopicPartition(topic, partition);
        return LagBroker.get(broker.admin()
                        .listOffsets(Map.of(id, OffsetSpec.latest()))
                        .partitionResult(id))
                .offset();
    }

    static List<String> lines(CapturedOutput output, String group) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("LagSampler") && line.contains(group))
                .toList();
    }
}
