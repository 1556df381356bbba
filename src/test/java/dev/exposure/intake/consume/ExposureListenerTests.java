package dev.exposure.intake.consume;

import static dev.exposure.intake.position.PositionRoom.TOPIC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.deadletter.DeadLetterPublisher;
import dev.exposure.intake.deadletter.FakeProducer;
import dev.exposure.intake.decode.ExposureDecoder;
import dev.exposure.intake.decode.FormatProperties;
import dev.exposure.intake.position.EventType;
import dev.exposure.intake.position.IntakeEvent;
import dev.exposure.intake.position.PositionRoom;
import dev.exposure.intake.process.ExposureProcessor;
import dev.exposure.intake.process.ExposureSlice;
import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.sink.StoredPosition;
import dev.exposure.intake.sink.WriteResult;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.FakeConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.event.ListenerContainerIdleEvent;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.unit.DataSize;

/** A poll goes all the way in order, or back to where it began. */
@ExtendWith(OutputCaptureExtension.class)
class ExposureListenerTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final PartitionId P0 = new PartitionId(TOPIC, 0);

    private final PositionRoom room = new PositionRoom();
    private final FakeContainer container = new FakeContainer();
    private final FakeConsumer consumer = new FakeConsumer(TP0);
    private final FakeProducer producer = new FakeProducer();
    private final DeadLetterPublisher deadLetters = producer.publisher();
    private final Outages outages = new Outages(room.events, room.clock);
    private final PauseControl pause = new PauseControl(container.asListenerContainer());
    private final Processor processor = new Processor();
    private final OffsetCommitter committer = new OffsetCommitter(room.book, Duration.ofSeconds(1));
    private final ExposureListener listener = new ExposureListener(
            room.guard,
            room.losses,
            new PollDecoder(
                    new ExposureDecoder(new FormatProperties(DataSize.ofMegabytes(1), List.of(), Map.of()), room.clock),
                    room.book),
            deadLetters,
            processor,
            committer,
            outages,
            new PollRetry(pause, new ExponentialBackOff(600_000, 2)),
            room.book,
            room.events,
            new IntakeMeters(room.registry));

    @BeforeEach
    void assignPartition() {
        room.cluster.create(TOPIC, 1);
        room.cluster.log(TOPIC, 0, 0, 1000);
        room.guard.assigned(consumer, List.of(TP0));
        consumer.commits().clear(); // that of the start
        consumer.seeks().clear();
    }

    @AfterEach
    void close() {
        pause.close();
    }

    @Test
    void pollWhenAllWorksIsDeadLetteredProcessedAndCommitted() {
        listener.onPoll(poll(10), consumer);

        assertThat(producer.offsets()).containsExactly(11L);
        assertThat(processor.polls).hasSize(1);
        assertThat(processor.polls.get(0).get(0).exposures()).hasSize(2);
        assertThat(consumer.commits()).hasSize(1);
        assertThat(consumer.commits().get(0).get(TP0).offset()).isEqualTo(13);
        assertThat(room.book.find(P0).position()).isEqualTo(13);
        assertThat(consumer.seeks()).isEmpty();
        assertThat(count("intake.records", "outcome", "counted")).isEqualTo(2);
        assertThat(count("intake.records", "outcome", "dead_letter")).isEqualTo(1);
        assertThat(count("intake.dead.letters", "reason", "NOT_JSON")).isEqualTo(1);
        assertThat(room.registry.get("intake.batch").timer().count()).isEqualTo(1);
    }

    @Test
    void pollWhenDeadLettersFailReachesNeitherProcessorNorCommit() {
        producer.refuse(11);

        listener.onPoll(poll(10), consumer);

        assertThat(processor.polls).isEmpty();
        assertThat(consumer.commits()).isEmpty();
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(10);
        assertThat(container.isPauseRequested()).isTrue();
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.DEAD_LETTERS);
        assertThat(count("intake.records", "outcome", "dead_letter"))
                .as("counted once it is settled")
                .isZero();
    }

    @Test
    void pollWhenTheSinkFailsIsReadAgainAndItsBadRecordsPublishedOnce() {
        processor.failure = new TimeoutException("no answer");
        listener.onPoll(poll(10), consumer);
        listener.onPoll(poll(10), consumer);
        assertThat(consumer.commits()).isEmpty();
        assertThat(room.book.find(P0).position()).isZero();
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.SINK);

        processor.failure = null;
        listener.onPoll(poll(10), consumer);

        assertThat(producer.offsets()).containsExactly(11L);
        assertThat(consumer.commits()).hasSize(1);
        assertThat(outages.current()).isEmpty();
        assertThat(count("intake.records", "outcome", "dead_letter")).isEqualTo(1);
    }

    @Test
    void pollWhenItsStartCanNotBeDecidedIsReadAgain() {
        room.guard.revoked(consumer, List.of(TP0));
        room.cluster.down(true);
        room.guard.assigned(consumer, List.of(TP0));

        listener.onPoll(poll(10), consumer);

        assertThat(processor.polls).isEmpty();
        assertThat(producer.offsets()).isEmpty();
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(10);
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POSITIONS);
    }

    @Test
    void recordsWhenTheirPartitionIsMovedToItsStartAreLeftOut() {
        room.guard.revoked(consumer, List.of(TP0));
        room.sink.store(P0, new StoredPosition(room.cluster.logId(TOPIC), 500, 1));
        room.cluster.down(true);
        room.guard.assigned(consumer, List.of(TP0));
        consumer.commits().clear(); // that of the start
        room.cluster.down(false);

        listener.onPoll(poll(10), consumer);

        assertThat(processor.polls).as("read from somewhere else").isEmpty();
        assertThat(producer.offsets()).isEmpty();
        assertThat(consumer.commits()).isEmpty();
        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(500);
    }

    @Test
    void recordsWhenDeletedUnreadWhileTheSinkWasDownAreCountedOnceAsLost() {
        room.cluster.log(TOPIC, 0, 7, 1000);
        processor.failure = new TimeoutException("no answer");
        listener.onPoll(poll(10), consumer);
        assertThat(count("intake.records.lost", "cause", "retention"))
                .as("not settled yet")
                .isZero();

        processor.failure = null;
        listener.onPoll(poll(10), consumer);
        listener.onPoll(poll(13), consumer);

        assertThat(count("intake.records.lost", "cause", "retention"))
                .as("what lies between the log's start and the first record was never there")
                .isEqualTo(7);
        assertThat(room.events.snapshot())
                .filteredOn(event -> event.type() == EventType.RECORDS_LOST)
                .singleElement()
                .satisfies(event -> assertThat(event.detail()).startsWith("7 records from offset 0 on"));
    }

    @Test
    void pollWhenADefectShowsIsReadAgainAndSaidWithoutContent(CapturedOutput output) {
        room.guard.lost(consumer, List.of(TP0)); // the decoder refuses records of a partition that nobody owns

        listener.onPoll(poll(10), consumer);

        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(10);
        assertThat(container.isPauseRequested()).isTrue();
        assertThat(output.getAll())
                .contains("ERROR", "IllegalStateException at dev.exposure.intake.consume.PollDecoder")
                .doesNotContain("id-10");
    }

    @Test
    void errorWhenThrownIsNotSwallowed() {
        processor.error = new OutOfMemoryError("not really");

        assertThatThrownBy(() -> listener.onPoll(poll(10), consumer)).isInstanceOf(OutOfMemoryError.class);

        assertThat(consumer.commits()).isEmpty();
    }

    @Test
    void truncationWhenTheSinkFindsItIsAnEvent() {
        processor.truncated = Set.of(P0);

        listener.onPoll(poll(10), consumer);

        assertThat(room.events.snapshot()).extracting(IntakeEvent::type).contains(EventType.TRUNCATED);
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
        room.guard.revoked(consumer, List.of(TP0));
        room.cluster.down(true);
        room.guard.assigned(consumer, List.of(TP0));
        listener.onIdle(idle());
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POSITIONS);

        room.cluster.down(false);
        room.clock.advance(Duration.ofSeconds(2));
        listener.onIdle(idle());

        assertThat(consumer.seeks()).containsOnlyKeys(TP0);
        assertThat(outages.current()).isEmpty();
    }

    private ListenerContainerIdleEvent idle() {
        return new ListenerContainerIdleEvent(this, container, 0, "id", List.of(TP0), consumer, false);
    }

    /** A good record, a bad one and a good one. */
    private static ConsumerRecords<byte[], byte[]> poll(long first) {
        return new ConsumerRecords<>(
                Map.of(
                        TP0,
                        List.of(
                                record(first, Exposures.event("id-" + first, "ad")),
                                record(first + 1, "{".getBytes(UTF_8)),
                                record(first + 2, Exposures.event("id-" + (first + 2), "ad")))),
                Map.of());
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>(TOPIC, 0, offset, null, value);
    }

    /** Remembers what it is given, and fails when told to. */
    private static final class Processor implements ExposureProcessor {

        private final List<List<ExposureSlice>> polls = new ArrayList<>();
        private Set<PartitionId> truncated = Set.of();
        private @Nullable RuntimeException failure;
        private @Nullable Error error;

        @Override
        public WriteResult process(List<ExposureSlice> poll) {
            if (failure != null) {
                throw failure;
            }
            if (error != null) {
                throw error;
            }
            polls.add(poll);
            return new WriteResult(
                    poll.stream().mapToLong(slice -> slice.exposures().size()).sum(), 0, 0, truncated);
        }
    }

    private double count(String name, String tag, String value) {
        return room.registry.get(name).tag(tag, value).counter().count();
    }
}
