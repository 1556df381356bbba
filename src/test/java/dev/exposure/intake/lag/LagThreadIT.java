package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.cluster.ClusterSampler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LagThreadIT extends BrokerBacked {

    @Test
    void startWhenCalledTwiceTakesSamplesOnOneDaemonThreadUntilStopped() {
        broker.createTopic(topic, 1);
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        LagSampler sampler = start(sampler(List.of(snapshot -> threads.add(Thread.currentThread()))));
        sampler.start();
        assertThat(sampler.isRunning()).isTrue();

        await().until(() -> threads.size() >= 3);
        Thread thread = threads.get(0);
        assertThat(threads).containsOnly(thread);
        assertThat(thread.getName()).isEqualTo("intake-lag");
        assertThat(thread.isDaemon()).isTrue();

        sampler.stop();
        assertThat(sampler.isRunning()).isFalse();
        await().until(() -> !thread.isAlive());
    }

    @Test
    void startWhenStoppedBeforeSamplesAgain() {
        broker.createTopic(topic, 1);
        LagSampler sampler = start(sampler(List.of()));
        sample(sampler);
        sampler.stop();
        Instant stopped = Instant.now();
        sampler.start();

        await().until(() -> sampler.latest().measuredAt().isAfter(stopped));
    }

    @Test
    void stopWhenSampleWaitsForAnswerEndsItAtOnceAndWithoutComplaint(CapturedOutput output) {
        Admin nobody = Admin.create(Map.of("bootstrap.servers", "localhost:1"));
        try {
            LagSampler sampler = start(new LagSampler(
                    nobody,
                    group,
                    List.of(topic),
                    IsolationLevel.READ_UNCOMMITTED,
                    INTERVAL,
                    Clock.systemUTC(),
                    List.of()));
            await().until(() -> Thread.getAllStackTraces().entrySet().stream()
                    .filter(thread -> thread.getKey().getName().equals("intake-lag"))
                    .anyMatch(thread -> List.of(thread.getValue()).toString().contains("Deadline.await")));
            Instant before = Instant.now();
            sampler.stop();

            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(4));
            assertThat(lines(output, group)).isEmpty();
        } finally {
            nobody.close(Duration.ZERO);
        }
    }

    @Test
    void sampleWhenListenerFailsTellsTheOthersAndSaysSoOnce(CapturedOutput output) {
        broker.createTopic(topic, 1);
        List<LagSnapshot> told = Collections.synchronizedList(new ArrayList<>());
        Consumer<LagSnapshot> broken = snapshot -> {
            throw new IllegalStateException("pa55word");
        };
        start(sampler(List.of(broken, told::add)));

        await().until(() -> told.size() >= 3);
        assertThat(lines(output, group))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("a listener: unexpected failure (IllegalStateException)")
                        .doesNotContain("pa55word"));
    }

    private LagSampler sampler(List<Consumer<LagSnapshot>> listeners) {
        ClusterSampler reader = reader(broker.admin(), List.of(topic), IsolationLevel.READ_UNCOMMITTED);
        return new LagSampler(group, reader, INTERVAL, listeners);
    }
}
