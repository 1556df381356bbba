package dev.exposure.intake.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
    void startWhenCalledTwiceTakesSamplesOneAfterTheOtherUntilStopped() {
        broker.createTopic(topic, 1);
        AtomicInteger samples = new AtomicInteger();
        LagSampler sampler = start(sampler(List.of(snapshot -> samples.incrementAndGet())));
        sampler.start();
        assertThat(sampler.isRunning()).isTrue();
        await().until(() -> samples.get() >= 3);
        // The next one is in the queue a moment before the thread of the last one is free.
        await().until(() ->
                scheduler.getScheduledThreadPoolExecutor().getQueue().size()
                                + scheduler.getScheduledThreadPoolExecutor().getActiveCount()
                        == 1);

        sampler.stop();

        assertThat(sampler.isRunning()).isFalse();
        await().until(() -> scheduler.getScheduledThreadPoolExecutor().getActiveCount() == 0);
        int last = samples.get();
        await().during(INTERVAL.multipliedBy(3)).until(() -> samples.get() == last);
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
            LagSampler sampler = start(sampler(nobody, List.of(topic), IsolationLevel.READ_UNCOMMITTED, List.of()));
            await().until(() -> Thread.getAllStackTraces().entrySet().stream()
                    .filter(thread -> thread.getKey().getName().startsWith("test-intake-"))
                    .anyMatch(thread -> List.of(thread.getValue()).toString().contains("Deadline.await")));
            sampler.stop();

            await().until(() -> scheduler.getScheduledThreadPoolExecutor().getActiveCount() == 0);
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
                        .contains("a listener: IllegalStateException")
                        .doesNotContain("pa55word"));
    }

    private LagSampler sampler(List<Consumer<LagSnapshot>> listeners) {
        return sampler(broker.admin(), List.of(topic), IsolationLevel.READ_UNCOMMITTED, listeners);
    }
}
