package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.partition.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A poll goes all the way in order, or back to where it began. */
@ExtendWith(OutputCaptureExtension.class)
class ExposureListenerTests extends ListenerFixture {

    @Test
    void pollWhenAllWorksIsDeadLetteredProcessedAndCommitted() {
        listener.onPoll(poll(10), consumer);

        assertThat(producer.offsets()).containsExactly(11L);
        assertThat(fixture.sink.polls()).hasSize(1);
        assertThat(fixture.sink.polls().get(0).get(0).values()).hasSize(2);
        assertThat(consumer.commits()).hasSize(1);
        assertThat(consumer.commits().get(0).get(TP0).offset()).isEqualTo(13);
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(13);
        assertThat(consumer.seeks()).isEmpty();
        assertThat(count("intake.records", "outcome", "counted")).isEqualTo(2);
        assertThat(count("intake.records", "outcome", "dead_letter")).isEqualTo(1);
        assertThat(count("intake.dead.letters", "reason", "NOT_JSON")).isEqualTo(1);
        assertThat(fixture.registry.get("intake.batch").timer().count()).isEqualTo(1);
    }

    @Test
    void pollWhenDeadLettersFailReachesNeitherProcessorNorCommit() {
        producer.refuse(11);

        listener.onPoll(poll(10), consumer);

        assertThat(fixture.sink.polls()).isEmpty();
        assertThat(consumer.commits()).isEmpty();
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(10);
        assertThat(container.isPartitionPauseRequested(TP0)).isTrue();
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.DEAD_LETTERS);
        assertThat(count("intake.records", "outcome", "dead_letter"))
                .as("counted once it is settled")
                .isZero();
    }

    @Test
    void pollWhenTheSinkFailsIsReadAgainAndItsBadRecordsPublishedOnce() {
        fixture.sink.failWrites(new TimeoutException("no answer"));
        listener.onPoll(poll(10), consumer);
        listener.onPoll(poll(10), consumer);
        assertThat(consumer.commits()).isEmpty();
        assertThat(fixture.assignment.find(P0).position()).isZero();
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.SINK);

        fixture.sink.failWrites(null);
        listener.onPoll(poll(10), consumer);

        assertThat(producer.offsets()).containsExactly(11L);
        assertThat(consumer.commits()).hasSize(1);
        assertThat(outages.current()).isEmpty();
        assertThat(count("intake.records", "outcome", "dead_letter")).isEqualTo(1);
    }

    @Test
    void pollWhenItsStartCanNotBeDecidedIsReadAgain() {
        fixture.starts.revoked(consumer, List.of(TP0));
        fixture.cluster.down(true);
        fixture.starts.assigned(consumer, List.of(TP0));

        listener.onPoll(poll(10), consumer);

        assertThat(fixture.sink.polls()).isEmpty();
        assertThat(producer.offsets()).isEmpty();
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(10);
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POSITIONS);
    }

    @Test
    void recordsWhenTheirPartitionIsMovedToItsStartAreLeftOut() {
        fixture.starts.revoked(consumer, List.of(TP0));
        fixture.sink.store(P0, new Position(fixture.cluster.logId(TOPIC), 500, 1));
        fixture.cluster.down(true);
        fixture.starts.assigned(consumer, List.of(TP0));
        consumer.commits().clear(); // that of the start
        fixture.cluster.down(false);

        listener.onPoll(poll(10), consumer);

        assertThat(fixture.sink.polls()).as("read from somewhere else").isEmpty();
        assertThat(producer.offsets()).isEmpty();
        assertThat(consumer.commits())
                .as("that of the new start, and nothing of these records")
                .singleElement()
                .satisfies(commit -> assertThat(commit.get(TP0).offset()).isEqualTo(500));
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(500);
    }

    @Test
    void recordsWhenACommitFindsTheirPartitionLostAreLeftToItsNewOwner(CapturedOutput output) {
        consumer.failCommits(new TimeoutException("no answer"));
        listener.onPoll(poll(10), consumer);
        fixture.starts.reconsider(List.of(P0)); // the commit that is due goes before the start is decided
        consumer.loseWithNextCommit(() -> fixture.starts.lost(consumer, List.of(TP0)));

        listener.onPoll(poll(13), consumer);

        assertThat(consumer.assignment()).isEmpty();
        assertThat(fixture.sink.polls()).as("the first poll only").hasSize(1);
        assertThat(outages.current()).isEmpty();
        assertThat(output.getAll()).doesNotContain("Unexpected failure");
    }

    @Test
    void recordsWhenDeletedUnreadWhileTheSinkWasDownAreCountedOnceAsLost() {
        fixture.cluster.log(TOPIC, 0, 7, 1000);
        fixture.sink.failWrites(new TimeoutException("no answer"));
        listener.onPoll(poll(10), consumer);
        assertThat(count("intake.records.lost", "cause", "retention"))
                .as("not settled yet")
                .isZero();

        fixture.sink.failWrites(null);
        listener.onPoll(poll(10), consumer);
        listener.onPoll(poll(13), consumer);

        assertThat(count("intake.records.lost", "cause", "retention"))
                .as("what lies between the log's start and the first record was never there")
                .isEqualTo(7);
        assertThat(fixture.events.snapshot())
                .filteredOn(event -> event.type() == EventType.RECORDS_LOST)
                .singleElement()
                .satisfies(event -> assertThat(event.detail()).startsWith("7 records from offset 0 on"));
    }

    @Test
    void pollWhenADefectShowsIsReadAgainAndSaidWithoutContent(CapturedOutput output) {
        // A client that says that it goes on before the records which it gives.
        ConsumerRecords<byte[], byte[]> impossible =
                new ConsumerRecords<>(Map.of(TP0, poll(10).records(TP0)), Map.of(TP0, new OffsetAndMetadata(11)));

        listener.onPoll(impossible, consumer);

        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(10);
        assertThat(container.isPartitionPauseRequested(TP0)).isTrue();
        assertThat(output.getAll())
                .contains("ERROR", "IllegalArgumentException at dev.exposure.intake.partition.PartitionRecords")
                .doesNotContain("id-10");
    }

    @Test
    void recordsOfAPartitionThatIsAnothersByNowAreLeftToIt(CapturedOutput output) {
        fixture.starts.lost(consumer, List.of(TP0));
        consumer.assign(List.of());

        listener.onPoll(poll(10), consumer);

        assertThat(fixture.sink.polls()).isEmpty();
        assertThat(producer.offsets()).isEmpty();
        assertThat(consumer.seeks()).isEmpty();
        assertThat(outages.current()).isEmpty();
        // Not any: a client of another test in this JVM may log its own.
        assertThat(output.getAll().lines().filter(line -> line.contains("ERROR")))
                .noneMatch(line -> line.matches(".*\\bd(ev)?\\.e(xposure)?\\.i.*"));
    }

    @Test
    void errorWhenThrownIsNotSwallowed() {
        fixture.sink.endWrites(new OutOfMemoryError("not really"));

        assertThatThrownBy(() -> listener.onPoll(poll(10), consumer)).isInstanceOf(OutOfMemoryError.class);

        assertThat(consumer.commits()).isEmpty();
    }

    @Test
    void commitWhenPutOffIsMadeUpForWhenIdle() {
        consumer.failCommits(new TimeoutException("no answer"));
        listener.onPoll(poll(10), consumer);
        assertThat(consumer.commits()).isEmpty();

        listener.onIdle(idle());

        assertThat(consumer.commits()).hasSize(1);
    }

    @Test
    void startWhenUndecidedIsDecidedWhenIdleAndAFailureThenIsNoFailureOfThePoll() {
        fixture.starts.revoked(consumer, List.of(TP0));
        fixture.cluster.down(true);
        fixture.starts.assigned(consumer, List.of(TP0));
        listener.onIdle(idle());
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POSITIONS);

        fixture.cluster.down(false);
        fixture.clock.advance(Duration.ofSeconds(2));
        listener.onIdle(idle());

        assertThat(consumer.seeks()).containsOnlyKeys(TP0);
        assertThat(outages.current()).isEmpty();
    }

    @Test
    void recordsWhenNobodyWasToldOfTheirPartitionAreDroppedAndReadFromItsStart() {
        fixture.starts.revoked(
                consumer, List.of(TP0)); // and assigned again, by a callback that failed before it came here
        fixture.sink.store(P0, new Position(fixture.cluster.logId(TOPIC), 500, 1));

        listener.onPoll(poll(10), consumer);

        assertThat(fixture.sink.polls()).isEmpty();
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(500);
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(500);
        listener.onPoll(poll(500), consumer);
        assertThat(fixture.sink.polls()).hasSize(1);
        assertThat(outages.current()).isEmpty();
    }
}
