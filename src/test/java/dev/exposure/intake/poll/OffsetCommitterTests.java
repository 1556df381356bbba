package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.consumer.FakeContainer;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.position.StartReason;
import dev.exposure.intake.testing.FakeConsumer;
import dev.exposure.intake.testing.TestScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.backoff.ExponentialBackOff;

/** Processed offsets are committed with epoch and metadata, for owned partitions only, and a failed commit is not lost. */
@ExtendWith(OutputCaptureExtension.class)
class OffsetCommitterTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition TP1 = new TopicPartition(TOPIC, 1);
    private static final PartitionId P0 = new PartitionId(TOPIC, 0);
    private static final PartitionId P1 = new PartitionId(TOPIC, 1);
    private static final LogId LOG = new LogId("cluster", "topic");
    private static final String METADATA = new CommitMetadata(LOG, false).text();

    private final PositionFixture fixture = new PositionFixture();
    private final FakeConsumer consumer = new FakeConsumer(TP0, TP1);
    private final Outages outages = new Outages(fixture.events, fixture.clock, fixture.clock::nanoTime);
    private final FakeContainer container = new FakeContainer();
    private final TestScheduler scheduler = new TestScheduler();
    private final PollRetry retry = new PollRetry(
            fixture.starts,
            fixture.assignment,
            new PauseControl(container.asListenerContainer(), scheduler),
            outages,
            new ExponentialBackOff(600_000, 2));
    private final OffsetCommitter committer =
            PollFixture.committer(fixture, PollFixture.clientFailures(container, scheduler, retry, outages), outages);

    @AfterEach
    void close() {
        scheduler.shutdown();
    }

    @BeforeEach
    void ownPartitions() {
        fixture.own(P0, LOG, 0, StartReason.RESUMED);
        fixture.own(P1, LOG, 0, StartReason.RESUMED);
    }

    @Test
    void offsetWhenCommittedHasEpochAndMetadata() {
        committer.commit(Map.of(TP0, offset(40, 7), TP1, new OffsetAndMetadata(50)), consumer);

        assertThat(consumer.commits())
                .containsExactly(Map.of(
                        TP0, new OffsetAndMetadata(40, Optional.of(7), METADATA),
                        TP1, new OffsetAndMetadata(50, Optional.empty(), METADATA)));
        assertThat(fixture.assignment.find(P0).committed()).isEqualTo(40);
        assertThat(fixture.assignment.find(P1).committed()).isEqualTo(50);
    }

    @Test
    void offsetWhenThePartitionIsNoLongerAssignedIsNotCommitted() {
        FakeConsumer without = new FakeConsumer(TP0);

        committer.commit(Map.of(TP0, offset(40, 7), TP1, offset(50, 7)), without);

        assertThat(without.commits())
                .singleElement()
                .satisfies(commit -> assertThat(commit).containsOnlyKeys(TP0));
        assertThat(fixture.assignment.find(P1).committed()).isNull();
    }

    @Test
    void offsetWhenTheBookDoesNotHoldThePartitionIsNotCommitted() {
        fixture.remove(P0);
        fixture.remove(P1);
        fixture.assign(P1, "client-0"); // its log is not known

        committer.commit(Map.of(TP0, offset(40, 7), TP1, offset(50, 7)), consumer);

        assertThat(consumer.commits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = {RebalanceInProgressException.class, TimeoutException.class})
    void offsetWhenItsCommitFailsGoesWithTheNext(Class<? extends KafkaException> failure) throws Exception {
        consumer.failCommits(failure.getConstructor(String.class).newInstance("later"));

        committer.commit(Map.of(TP0, offset(40, 7)), consumer);
        assertThat(consumer.commits()).isEmpty();
        assertThat(fixture.assignment.find(P0).committed()).isNull();

        committer.commit(Map.of(TP1, offset(50, 7)), consumer);
        assertThat(consumer.commits())
                .singleElement()
                .satisfies(commit -> assertThat(commit).containsOnlyKeys(TP0, TP1));
        assertThat(fixture.assignment.find(P0).committed()).isEqualTo(40);
    }

    @Test
    void offsetWhenItsCommitFailedIsReplacedByALaterOne() {
        consumer.failCommits(new TimeoutException("later"));
        committer.commit(Map.of(TP0, offset(40, 7)), consumer);

        committer.commit(Map.of(TP0, offset(60, 8)), consumer);

        assertThat(consumer.commits())
                .containsExactly(Map.of(TP0, new OffsetAndMetadata(60, Optional.of(8), METADATA)));
    }

    @Test
    void offsetWhenItsCommitFailedGoesWithAFlushAndOnlyOnce() {
        consumer.failCommits(new TimeoutException("later"));
        committer.commit(Map.of(TP0, offset(40, 7)), consumer);

        committer.flush(consumer);
        committer.flush(consumer);

        assertThat(consumer.commits()).hasSize(1);
    }

    @Test
    void offsetWhenPendingForAnotherConsumerIsLeftToIt() {
        FakeConsumer other = new FakeConsumer(TP1);
        consumer.failCommits(new TimeoutException("later"));
        committer.commit(Map.of(TP0, offset(40, 7)), consumer);

        committer.commit(Map.of(TP1, offset(50, 7)), other);

        assertThat(other.commits())
                .singleElement()
                .satisfies(commit -> assertThat(commit).containsOnlyKeys(TP1));
    }

    @Test
    void commitWhenWokenUpIsRepeatedAtOnce() {
        consumer.failCommits(new WakeupException());

        committer.commit(Map.of(TP0, offset(40, 7)), consumer);

        assertThat(consumer.commits()).hasSize(1);
        assertThat(fixture.assignment.find(P0).committed()).isEqualTo(40);
    }

    @Test
    void offsetWhenWokenUpTwiceStaysPending() {
        consumer.failCommits(new WakeupException(), new WakeupException());

        committer.commit(Map.of(TP0, offset(40, 7)), consumer);
        assertThat(consumer.commits()).isEmpty();

        committer.flush(consumer);
        assertThat(consumer.commits()).hasSize(1);
    }

    @Test
    void offsetWhenForgottenIsNotCommittedAnyMore() {
        consumer.failCommits(new TimeoutException("later"));
        committer.commit(Map.of(TP0, offset(40, 7)), consumer);

        committer.forget(TP0);
        committer.flush(consumer);

        assertThat(consumer.commits()).isEmpty();
    }

    @Test
    void partitionWhenNothingIsCommittedOrPendingForLongIsSilent() {
        Duration day = Duration.ofHours(24);
        assertThat(committer.isSilent(TP0, day)).as("since its assignment").isTrue();

        consumer.failCommits(new TimeoutException("later"));
        committer.commit(Map.of(TP0, offset(40, 7)), consumer);
        assertThat(committer.isSilent(TP0, day)).as("pending").isFalse();

        committer.flush(consumer);
        fixture.clock.advance(day.minusMillis(1));
        assertThat(committer.isSilent(TP0, day)).isFalse();
        fixture.clock.advance(Duration.ofMillis(1));
        assertThat(committer.isSilent(TP0, day)).isTrue();

        committer.commit(Map.of(TP0, offset(40, 7)), consumer);
        committer.forget(TP0);
        assertThat(committer.isSilent(TP0, day)).as("assigned again").isTrue();
    }

    @Test
    void offsetWhenItIsStillThatOfTheFirstStartSaysSo() {
        fixture.remove(P0);
        fixture.own(P0, LOG, 40, StartReason.FIRST_START);

        committer.commit(Map.of(TP0, offset(40, 7)), consumer);
        committer.commit(Map.of(TP0, offset(41, 7)), consumer);

        assertThat(consumer.commits())
                .extracting(commit -> commit.get(TP0).metadata())
                .containsExactly(new CommitMetadata(LOG, true).text(), METADATA);
    }

    @Test
    void flushWhenNothingIsPendingAsksNobody() {
        consumer.failCommits(new IllegalStateException("must not be called"));

        committer.flush(consumer);
        committer.commit(Map.of(), consumer);

        assertThat(consumer.commits()).isEmpty();
    }

    @Test
    void defectWhenThrownByTheClientIsSaidAndNothingIsLost(CapturedOutput output) {
        consumer.failCommits(new IllegalStateException("consumer is closed"));

        committer.commit(Map.of(TP0, offset(40, 7)), consumer);
        assertThat(output.getAll()).contains("ERROR", "Unexpected failure of a commit: IllegalStateException");

        committer.flush(consumer);
        assertThat(consumer.commits()).hasSize(1);
    }

    @Test
    void commitsThatAreRefusedForLongAreSaidOnceAndOnceWhenTheyAreTaken(CapturedOutput output) {
        for (int second = 0; second < 100; second++) {
            consumer.failCommits(new RebalanceInProgressException("the group is rebalancing"));
            committer.commit(Map.of(TP0, offset(40 + second, 7)), consumer);
            fixture.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(lines(output)).singleElement().asString().contains("INFO", "put off");
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.REBALANCE);
        assertThat(fixture.events.snapshot()).extracting(IntakeEvent::type).containsExactly(EventType.REBALANCE_HANGS);

        committer.flush(consumer);
        committer.commit(Map.of(TP0, offset(141, 7)), consumer);

        assertThat(lines(output)).hasSize(2).last().asString().contains("INFO", "taken again after 100 s");
        assertThat(outages.current()).isEmpty();
        assertThat(fixture.events.snapshot())
                .extracting(IntakeEvent::type)
                .containsExactly(EventType.REBALANCE_HANGS, EventType.REBALANCE_ENDED);
    }

    @Test
    void commitsWhenTheCoordinatorIsAwayForLongAreNoRebalance() {
        for (int second = 0; second < 100; second++) {
            consumer.failCommits(new TimeoutException("no answer"));
            committer.commit(Map.of(TP0, offset(40 + second, 7)), consumer);
            fixture.clock.advance(Duration.ofSeconds(1));
        }

        assertThat(outages.current()).isEmpty();
    }

    @Test
    void commitThatIsRefusedForARightIsAnOutageUntilOneIsTaken() {
        consumer.failCommits(new GroupAuthorizationException("group"));

        committer.commit(Map.of(TP0, offset(40, 7)), consumer);
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POLL);

        committer.flush(consumer);
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void membershipWhenInDoubtIsProvenByACommitThatIsTaken() {
        outages.note(Outage.Stage.POLL, new TimeoutException("join"));
        consumer.failCommits(new RebalanceInProgressException("the group is rebalancing"));

        committer.proveMembership(consumer);
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POLL);

        committer.proveMembership(consumer);
        assertThat(consumer.commits()).hasSize(1);
        assertThat(outages.current()).isEmpty();

        committer.proveMembership(consumer);
        assertThat(consumer.commits()).as("nothing is in doubt").hasSize(1);
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains(".CommitNotice "))
                .toList();
    }

    private static OffsetAndMetadata offset(long offset, int epoch) {
        return new OffsetAndMetadata(offset, Optional.of(epoch), "");
    }
}
