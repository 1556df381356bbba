package dev.exposure.intake.consume;

import static dev.exposure.intake.position.PositionRoom.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.position.EventType;
import dev.exposure.intake.sink.LogId;
import dev.exposure.intake.sink.OtherLogException;
import dev.exposure.intake.sink.StoredPosition;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

/** Records are taken for what they are when the log behind their partition is another one, or was cut. */
class ListenerLogTests extends ListenerRoom {

    @Test
    void truncationWhenTheSinkFindsItIsCountedWithWhatWasCutOffUnread() {
        listener.onPoll(poll(10), consumer);
        room.ends.seen(P0, room.cluster.logId(TOPIC).topicId(), 4, 63);
        room.ends.seen(P0, room.cluster.logId(TOPIC).topicId(), 5, 90);
        processor.truncated = Set.of(P0);

        listener.onPoll(poll(7, 5), consumer);

        assertThat(room.events.snapshot())
                .filteredOn(event -> event.type() == EventType.TRUNCATED)
                .singleElement()
                .satisfies(event -> assertThat(event.detail()).contains("position 13", "from offset 7", "50 were cut"));
        assertThat(count("intake.log.truncations", "topic", TOPIC)).isEqualTo(1);
        assertThat(count("intake.records.lost", "cause", "truncation")).isEqualTo(50);
        assertThat(room.book.find(P0).position()).isEqualTo(10);
    }

    @Test
    void recordsWhenTheTopicWasCreatedAgainSinceItsStartAreVoidAndReadFromTheNewLogsStart() {
        listener.onPoll(poll(10), consumer);
        LogId old = room.book.find(P0).log();
        room.sink.store(P0, new StoredPosition(old, 13, 1));
        room.cluster.create(TOPIC, 1);
        room.cluster.log(TOPIC, 0, 0, 500);

        listener.onPoll(poll(13), consumer);

        assertThat(processor.polls).as("of the old log only").hasSize(1);
        assertThat(producer.offsets()).containsExactly(11L);
        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(0));
        assertThat(room.book.find(P0).position()).isZero();
        assertThat(room.sink.writes().get(1).get(0).replaces()).isEqualTo(old);
        assertThat(container.isPauseRequested()).isFalse();

        listener.onPoll(poll(0), consumer);
        assertThat(processor.polls.get(1).get(0).log()).isEqualTo(room.cluster.logId(TOPIC));
    }

    @Test
    void recordsWhenTheClusterDoesNotTellTheirTopicsIdAreNotProcessed() {
        room.cluster.forget(TOPIC, new TimeoutException("no answer"));

        listener.onPoll(poll(10), consumer);

        assertThat(processor.polls).isEmpty();
        assertThat(producer.offsets()).isEmpty();
        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(10));
        assertThat(room.guard.isUndecided(List.of(TP0))).isTrue();
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POSITIONS);
    }

    @Test
    void recordsWhenTheTopicIsGoneCanOnlyBeOfItAndAreProcessed() {
        room.cluster.forget(TOPIC, new UnknownTopicOrPartitionException());

        listener.onPoll(poll(10), consumer);

        assertThat(processor.polls).hasSize(1);
    }

    @Test
    void recordsWhenTheStoredPositionIsOfAnotherLogHaveTheirStartDecidedAgain() {
        processor.failure = new OtherLogException(P0);

        listener.onPoll(poll(10), consumer);

        assertThat(room.guard.isUndecided(List.of(TP0))).isTrue();
        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(10));
    }
}
