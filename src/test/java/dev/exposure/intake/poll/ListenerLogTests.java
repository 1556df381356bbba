package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.Position;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

/** Records are taken for what they are when the log behind their partition is another one, or was cut. */
class ListenerLogTests extends ListenerFixture {

    @Test
    void truncationWhenTheSinkFindsItIsCountedWithWhatWasCutOffUnread() {
        listener.onPoll(poll(10), consumer);
        fixture.ends.seen(P0, fixture.cluster.logId(TOPIC).topicId(), 4, 63);
        fixture.ends.seen(P0, fixture.cluster.logId(TOPIC).topicId(), 5, 90);
        fixture.sink.findTruncated(Set.of(P0));

        listener.onPoll(poll(7, 5), consumer);

        assertThat(fixture.events.snapshot())
                .filteredOn(event -> event.type() == EventType.TRUNCATED)
                .singleElement()
                .satisfies(event -> assertThat(event.detail()).contains("position 13", "from offset 7", "50 were cut"));
        assertThat(count("intake.log.truncations", "topic", TOPIC)).isEqualTo(1);
        assertThat(count("intake.records.lost", "cause", "truncation")).isEqualTo(50);
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(10);
    }

    @Test
    void recordsWhenTheTopicWasCreatedAgainSinceItsStartAreVoidAndReadFromTheNewLogsStart() {
        listener.onPoll(poll(10), consumer);
        LogId old = fixture.assignment.find(P0).log();
        fixture.sink.store(P0, new Position(old, 13, 1));
        fixture.cluster.create(TOPIC, 1);
        fixture.cluster.log(TOPIC, 0, 0, 500);

        listener.onPoll(poll(13), consumer);

        assertThat(fixture.sink.polls()).as("of the old log only").hasSize(1);
        assertThat(producer.offsets()).containsExactly(11L);
        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(0));
        assertThat(fixture.assignment.find(P0).position()).isZero();
        assertThat(fixture.sink.changes().get(1).get(0).replaces().log()).isEqualTo(old);
        assertThat(container.isPartitionPauseRequested(TP0)).isFalse();

        listener.onPoll(poll(0), consumer);
        assertThat(fixture.sink.polls().get(1).get(0).log()).isEqualTo(fixture.cluster.logId(TOPIC));
    }

    @Test
    void recordsWhenTheClusterDoesNotTellTheirTopicsIdAreNotProcessed() {
        fixture.cluster.forget(TOPIC, new TimeoutException("no answer"));

        listener.onPoll(poll(10), consumer);

        assertThat(fixture.sink.polls()).isEmpty();
        assertThat(producer.offsets()).isEmpty();
        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(10));
        assertThat(fixture.starts.isUndecided(List.of(TP0))).isTrue();
        assertThat(outages.current()).extracting(Outage::stage).containsExactly(Outage.Stage.POSITIONS);
    }

    @Test
    void recordsWhenTheTopicIsGoneCanOnlyBeOfItAndAreProcessed() {
        fixture.cluster.forget(TOPIC, new UnknownTopicOrPartitionException());

        listener.onPoll(poll(10), consumer);

        assertThat(fixture.sink.polls()).hasSize(1);
    }

    @Test
    void recordsWhenTheStoredPositionIsOfAnotherLogHaveTheirStartDecidedAgain() {
        fixture.sink.failWrites(new OtherLogException(P0));

        listener.onPoll(poll(10), consumer);

        assertThat(fixture.starts.isUndecided(List.of(TP0))).isTrue();
        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(10));
    }
}
