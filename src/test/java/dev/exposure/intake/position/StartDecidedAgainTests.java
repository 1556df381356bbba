package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionRoom.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.sink.LogId;
import dev.exposure.intake.sink.OtherLogException;
import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.sink.Slice;
import dev.exposure.intake.sink.StoredPosition;
import dev.exposure.intake.testing.FakeConsumer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a start that is decided once more while the partition is owned, and of positions in other logs. */
class StartDecidedAgainTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final PartitionId P0 = new PartitionId(TOPIC, 0);

    private final PositionRoom room = new PositionRoom();
    private final FakeConsumer consumer = new FakeConsumer(TP0);

    @BeforeEach
    void createTopic() {
        room.cluster.create(TOPIC, 1);
        room.cluster.log(TOPIC, 0, 0, 1000);
    }

    @Test
    void startWhenConfirmedIsNoNewsAndKeepsItsReason() {
        room.guard.assigned(consumer, List.of(TP0));
        room.book.processed(P0, 70, 1);
        room.sink.store(P0, new StoredPosition(log(), 70, 3));
        int events = room.events.snapshot().size();

        room.guard.reconsider(List.of(P0));
        assertThat(room.guard.settle(consumer, List.of(TP0))).containsExactly(P0);

        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(70, Optional.of(3), ""));
        assertThat(room.book.find(P0).position()).isEqualTo(70);
        assertThat(room.book.find(P0).start().reason()).isEqualTo(StartReason.NEW_PARTITION);
        assertThat(room.events.snapshot()).hasSize(events);
        assertThat(room.registry
                        .get("intake.partitions.started")
                        .tag("reason", "RESUMED")
                        .counter()
                        .count())
                .isZero();
    }

    @Test
    void startWhenNoPositionIsStoredIsStoredSoThatItOutlivesItsCommit() {
        room.cluster.commit(TOPIC, 0, 900, 7, new CommitMetadata(log(), true).text());

        room.guard.assigned(consumer, List.of(TP0));

        assertThat(room.sink.writes()).containsExactly(List.of(new Slice(P0, log(), 900, 7, List.of())));

        room.guard.reconsider(List.of(P0));
        room.guard.settle(consumer, List.of(TP0));
        assertThat(room.sink.writes()).as("once").hasSize(1);
    }

    @Test
    void partitionWhenNotOwnedIsNotReconsidered() {
        room.guard.reconsider(List.of(P0));

        assertThat(room.guard.isUndecided(List.of(TP0))).isFalse();
    }

    @Test
    void positionWhenTheTopicWasCreatedAgainIsReplacedInSinkAndGroupBeforeAnythingIsRead() {
        LogId old = new LogId(log().clusterId(), "old-id");
        room.sink.store(P0, new StoredPosition(old, 400, 7));
        room.cluster.commit(TOPIC, 0, 400, 7, new CommitMetadata(old, false).text());

        room.guard.assigned(consumer, List.of(TP0));

        assertThat(room.sink.writes())
                .containsExactly(List.of(new Slice(P0, log(), 0, StoredPosition.NO_EPOCH, List.of(), old)));
        assertThat(consumer.commits())
                .containsExactly(Map.of(
                        TP0, new OffsetAndMetadata(0, Optional.empty(), new CommitMetadata(log(), false).text())));
    }

    @Test
    void positionWhenOfAnotherClusterIsReplacedByTheTrustedCommit() {
        LogId foreign = new LogId("other-cluster", "other-id");
        room.sink.store(P0, new StoredPosition(foreign, 400, 7));
        room.cluster.commit(TOPIC, 0, 380, 7, new CommitMetadata(foreign, false).text());

        room.guard.assigned(consumer, List.of(TP0));

        assertThat(room.sink.writes())
                .containsExactly(List.of(new Slice(P0, log(), 380, StoredPosition.NO_EPOCH, List.of(), foreign)));
        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(380));
        assertThat(room.book.find(P0).start().reason()).isEqualTo(StartReason.RESUMED);
    }

    @Test
    void recordsOfTheOldLogWhenWrittenLateAreRefused() {
        LogId old = new LogId(log().clusterId(), "old-id");
        room.sink.store(P0, new StoredPosition(old, 400, 7));
        room.guard.assigned(consumer, List.of(TP0));

        assertThatThrownBy(() -> room.sink.write(List.of(new Slice(P0, old, 500, 7, List.of()))))
                .isInstanceOf(OtherLogException.class);
    }

    private LogId log() {
        return room.cluster.logId(TOPIC);
    }
}
