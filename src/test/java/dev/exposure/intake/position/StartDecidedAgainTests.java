package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.delivery.OtherLogException;
import dev.exposure.intake.delivery.PositionChange;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
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

    private final PositionFixture fixture = new PositionFixture();
    private final FakeConsumer consumer = new FakeConsumer(TP0);

    @BeforeEach
    void createTopic() {
        fixture.cluster.create(TOPIC, 1);
        fixture.cluster.log(TOPIC, 0, 0, 1000);
    }

    @Test
    void startWhenConfirmedIsNoNewsAndKeepsItsReason() {
        fixture.starts.assigned(consumer, List.of(TP0));
        fixture.assignment.processed(P0, 70, 1);
        fixture.sink.store(P0, new Position(log(), 70, 3));
        int events = fixture.events.snapshot().size();

        fixture.starts.reconsider(List.of(P0));
        assertThat(fixture.starts.settle(consumer, List.of(TP0))).containsExactly(P0);

        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(70, Optional.of(3), ""));
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(70);
        assertThat(fixture.assignment.find(P0).start().reason()).isEqualTo(StartReason.NEW_PARTITION);
        assertThat(fixture.events.snapshot()).hasSize(events);
        assertThat(fixture.registry
                        .get("intake.partitions.started")
                        .tag("reason", "RESUMED")
                        .counter()
                        .count())
                .isZero();
    }

    @Test
    void startWhenNoPositionIsStoredIsStoredSoThatItOutlivesItsCommit() {
        fixture.cluster.commit(TOPIC, 0, 900, 7, new CommitMetadata(log(), true).text());

        fixture.starts.assigned(consumer, List.of(TP0));

        assertThat(fixture.sink.changes())
                .containsExactly(List.of(PositionChange.start(P0, new Position(log(), 900, 7), null)));

        fixture.starts.reconsider(List.of(P0));
        fixture.starts.settle(consumer, List.of(TP0));
        assertThat(fixture.sink.changes()).as("once").hasSize(1);
    }

    @Test
    void partitionWhenNotOwnedIsNotReconsidered() {
        fixture.starts.reconsider(List.of(P0));

        assertThat(fixture.starts.isUndecided(List.of(TP0))).isFalse();
    }

    @Test
    void positionWhenTheTopicWasCreatedAgainIsReplacedInSinkAndGroupBeforeAnythingIsRead() {
        LogId old = new LogId(log().clusterId(), "old-id");
        fixture.sink.store(P0, new Position(old, 400, 7));
        fixture.cluster.commit(TOPIC, 0, 400, 7, new CommitMetadata(old, false).text());

        fixture.starts.assigned(consumer, List.of(TP0));

        assertThat(fixture.sink.changes())
                .containsExactly(List.of(PositionChange.start(
                        P0, new Position(log(), 0, Position.NO_EPOCH), new Position(old, 400, 7))));
        assertThat(consumer.commits())
                .containsExactly(Map.of(
                        TP0, new OffsetAndMetadata(0, Optional.empty(), new CommitMetadata(log(), false).text())));
    }

    @Test
    void positionWhenOfAnotherClusterIsReplacedByTheTrustedCommit() {
        LogId foreign = new LogId("other-cluster", "other-id");
        fixture.sink.store(P0, new Position(foreign, 400, 7));
        fixture.cluster.commit(TOPIC, 0, 380, 7, new CommitMetadata(foreign, false).text());

        fixture.starts.assigned(consumer, List.of(TP0));

        assertThat(fixture.sink.changes())
                .containsExactly(List.of(PositionChange.start(
                        P0, new Position(log(), 380, Position.NO_EPOCH), new Position(foreign, 400, 7))));
        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(380));
        assertThat(fixture.assignment.find(P0).start().reason()).isEqualTo(StartReason.RESUMED);
    }

    @Test
    void recordsOfTheOldLogWhenWrittenLateAreRefused() {
        LogId old = new LogId(log().clusterId(), "old-id");
        fixture.sink.store(P0, new Position(old, 400, 7));
        fixture.starts.assigned(consumer, List.of(TP0));

        assertThatThrownBy(() -> fixture.sink.store(List.of(PositionChange.start(P0, new Position(old, 500, 7), null))))
                .isInstanceOf(OtherLogException.class);
    }

    @Test
    void positionWhenTheDatabaseWentBackWhileRunningIsReadAgainCommittedCountedAndSaidOnce() {
        fixture.sink.store(P0, new Position(log(), 150, 3));
        fixture.starts.assigned(consumer, List.of(TP0));
        fixture.sink.store(P0, new Position(log(), 100, 3));

        fixture.starts.reconsider(List.of(P0));
        fixture.starts.settle(consumer, List.of(TP0));
        fixture.starts.reconsider(List.of(P0));
        fixture.starts.settle(consumer, List.of(TP0));

        assertThat(consumer.seeks().get(TP0)).isEqualTo(new OffsetAndMetadata(100, Optional.of(3), ""));
        assertThat(fixture.assignment.find(P0).position()).isEqualTo(100);
        assertThat(consumer.commits())
                .containsExactly(Map.of(
                        TP0, new OffsetAndMetadata(100, Optional.of(3), new CommitMetadata(log(), false).text())));
        assertThat(wentBack()).isEqualTo(50);
        assertThat(fixture.events.snapshot())
                .filteredOn(event -> event.type() == EventType.POSITIONS_WENT_BACK)
                .singleElement()
                .satisfies(event -> assertThat(event.detail())
                        .contains("ads-0 from 150 to 100", "or somebody moved the positions", "50 records"));
    }

    @Test
    void positionWhenBehindOurCommitIsReadAgainAndCounted() {
        fixture.sink.store(P0, new Position(log(), 100, 3));
        fixture.cluster.commit(TOPIC, 0, 150, 3, new CommitMetadata(log(), false).text());

        fixture.starts.assigned(consumer, List.of(TP0));

        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(100);
        assertThat(wentBack()).isEqualTo(50);
    }

    @Test
    void positionWhenBehindACommitThatProvesNothingHasNotGoneBack() {
        fixture.sink.store(P0, new Position(log(), 100, 3));
        for (String metadata : List.of(
                new CommitMetadata(log(), true).text(),
                new CommitMetadata(new LogId(log().clusterId(), "old-id"), false).text(),
                "of another tool")) {
            fixture.cluster.commit(TOPIC, 0, 150, 3, metadata);
            fixture.starts.assigned(consumer, List.of(TP0));
            fixture.starts.revoked(consumer, List.of(TP0));
        }
        fixture.cluster.commit(TOPIC, 0, 150, 2, new CommitMetadata(log(), false).text());
        fixture.starts.assigned(consumer, List.of(TP0)); // a truncated log, whose later branch is stored

        assertThat(wentBack()).isZero();
        assertThat(consumer.commits()).isEmpty();
    }

    @Test
    void startInATruncatedLogWhenNoEpochIsKnownIsStoredSoThatItsNewRecordsCount() {
        Position seeded = new Position(log(), 1_200, Position.NO_EPOCH);
        fixture.sink.store(P0, seeded);

        fixture.starts.assigned(consumer, List.of(TP0));

        assertThat(consumer.seeks().get(TP0).offset()).isEqualTo(1_000);
        assertThat(fixture.sink.changes())
                .containsExactly(
                        List.of(PositionChange.start(P0, new Position(log(), 1_000, Position.NO_EPOCH), seeded)));
    }

    private double wentBack() {
        return fixture.registry.get("intake.positions.went.back").counter().count();
    }

    private LogId log() {
        return fixture.cluster.logId(TOPIC);
    }
}
