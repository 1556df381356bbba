package dev.exposure.intake.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.TestScheduler;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has a reason to pause pauses at once, and resumes when no reason is left. */
class PauseControlTests {

    private static final TopicPartition ONE = new TopicPartition("ads", 0);
    private static final TopicPartition OTHER = new TopicPartition("ads", 1);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final FakeContainer container = new FakeContainer();
    private final TestScheduler scheduler = new TestScheduler();
    private final PauseControl pause = new PauseControl(container.asListenerContainer(), scheduler);

    @AfterEach
    void close() {
        pause.close();
        scheduler.shutdown();
    }

    @Test
    void partitionsWhenPausedForAWhileResumeByThemselves() {
        pause.pauseFor(List.of(ONE, OTHER), Duration.ofSeconds(1));

        assertThat(container.isPartitionPauseRequested(ONE)).isTrue();
        assertThat(container.isPartitionPauseRequested(OTHER)).isTrue();
        assertThat(pause.isWaiting()).isTrue();
        assertThat(pause.isPaused(ONE)).isTrue();
        await().until(() -> !container.isPartitionPauseRequested(ONE) && !container.isPartitionPauseRequested(OTHER));
        assertThat(pause.isWaiting()).isFalse();
    }

    @Test
    void partitionWhenPausedTwiceResumesAfterTheLongerPause() {
        pause.pauseFor(List.of(ONE, OTHER), LONG);
        pause.pauseFor(List.of(ONE), SHORT);
        pause.pauseFor(List.of(OTHER), SHORT);
        await().during(Duration.ofMillis(300)).until(() -> container.isPartitionPauseRequested(ONE));

        assertThat(container.isPartitionPauseRequested(OTHER)).isTrue();
    }

    @Test
    void partitionWhoseLongerPauseBeginsLaterOutlastsTheFirst() {
        pause.pauseFor(List.of(ONE, OTHER), SHORT);
        pause.pauseFor(List.of(ONE), LONG);

        await().until(() -> !container.isPartitionPauseRequested(OTHER));
        assertThat(container.isPartitionPauseRequested(ONE)).isTrue();
        assertThat(pause.isPaused(OTHER)).isFalse();
    }

    @Test
    void pauseWhenTheServiceIsStoppingIsNotBegun() {
        pause.close();

        pause.pauseFor(List.of(ONE), SHORT);

        assertThat(container.isPartitionPauseRequested(ONE)).isFalse();
    }

    @Test
    void pauseByTheOperatorLastsUntilTheOperatorEndsIt() {
        assertThat(pause.pauseByOperator(true)).isTrue();
        assertThat(container.isPauseRequested()).isTrue();
        assertThat(pause.isPausedByOperator()).isTrue();
        assertThat(pause.isPaused(ONE)).isTrue();

        assertThat(pause.pauseByOperator(true)).as("a change").isFalse();

        assertThat(pause.pauseByOperator(false)).isTrue();
        assertThat(container.isPauseRequested()).isFalse();
        assertThat(pause.isPausedByOperator()).isFalse();
    }

    @Test
    void pauseByTheOperatorOutlastsADelayThatEndsMeanwhile() {
        pause.pauseFor(List.of(ONE), SHORT);
        pause.pauseByOperator(true);

        await().until(() -> !container.isPartitionPauseRequested(ONE));
        assertThat(container.isPauseRequested()).isTrue();
        assertThat(pause.isPaused(ONE)).isTrue();
    }

    @Test
    void delayOutlastsAPauseByTheOperatorThatEndsMeanwhile() {
        pause.pauseFor(List.of(ONE), LONG);
        pause.pauseByOperator(true);

        pause.pauseByOperator(false);

        assertThat(pause.isPaused(ONE)).isTrue();
        assertThat(container.isPartitionPauseRequested(ONE)).isTrue();
    }

    @Test
    void pauseOfAnOutageIsNotTheOperators() {
        pause.pauseFor(List.of(ONE), LONG);

        assertThat(pause.isPausedByOperator()).isFalse();
        assertThat(container.isPauseRequested()).isFalse();
    }
}
