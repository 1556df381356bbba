package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.consumer.FakeContainer;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.deadletter.FakeProducer;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.testing.FakeConsumer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.ExponentialBackOff;

/** A partition whose start can't be decided costs no other, and is told once. */
class PollStartsTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition TP1 = new TopicPartition(TOPIC, 1);

    private final PositionFixture fixture = new PositionFixture();
    private final FakeConsumer consumer = new FakeConsumer(TP0, TP1);
    private final FakeContainer container = new FakeContainer();
    private final PollRetry retry = new PollRetry(
            fixture.starts,
            fixture.assignment,
            new PauseControl(container.asListenerContainer(), fixture.scheduler),
            fixture.outages,
            new ExponentialBackOff(600_000, 2));
    private final PollStarts pollStarts = new PollStarts(
            PollFixture.alone(fixture),
            fixture.starts,
            fixture.assignment,
            fixture.logs,
            PollFixture.committer(
                    fixture,
                    PollFixture.clientFailures(container, fixture.scheduler, retry, fixture.outages),
                    fixture.outages),
            new FakeProducer().publisher(),
            fixture.outages);

    @BeforeEach
    void assignOneOfThemWithoutLeader() {
        fixture.cluster.create(TOPIC, 2);
        fixture.cluster.leaderless(TOPIC, 1);
        fixture.starts.assigned(consumer, List.of(TP0, TP1));
    }

    @Test
    void recordsOfOtherPartitionsGoOnAndTheOutageLastsAsLongAsTheStartIsOpen() {
        for (int poll = 0; poll < 20; poll++) {
            fixture.clock.advance(Duration.ofSeconds(1));
            assertThat(pollStarts.settle(consumer, List.of(TP0))).isEmpty();
        }

        assertThat(fixture.outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POSITIONS);
        assertThat(fixture.outages.current().get(0).reason()).contains("ads-1");
        assertThat(fixture.events.snapshot())
                .extracting(IntakeEvent::type)
                .containsOnlyOnce(EventType.POSITIONS_UNKNOWN)
                .doesNotContain(EventType.POSITIONS_KNOWN);
    }

    @Test
    void recordsOfThePartitionItselfWait() {
        assertThatThrownBy(() -> pollStarts.settle(consumer, List.of(TP0, TP1))).isInstanceOf(StageFailure.class);
    }

    @Test
    void startsWhenAllAreDecidedCostNoQuestionHoweverManyPolls() {
        fixture.updates.fetchedByTopicId(true);
        fixture.starts.revoked(consumer, List.of(TP1));
        consumer.assign(List.of(TP0));
        pollStarts.settle(consumer, List.of(TP0));
        int before = fixture.cluster.topicQuestions();

        for (int poll = 0; poll < 100; poll++) {
            assertThat(pollStarts.settle(consumer, List.of(TP0))).isEmpty();
        }

        assertThat(fixture.cluster.topicQuestions()).isEqualTo(before);
    }
}
