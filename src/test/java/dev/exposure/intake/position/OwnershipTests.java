package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionRoom.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.testing.FakeConsumer;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who owns a partition of this instance, and what later owners get to know of its start. */
class OwnershipTests {

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
    void partitionWhenAnotherConsumerOfThisInstanceSaysLateThatItIsLostStays() {
        room.book.assigned(P0, "the sibling that owns it now", room.clock.instant());

        assertThat(room.guard.lost(consumer, List.of(TP0))).isEmpty();

        assertThat(room.book.find(P0)).isNotNull();
        assertThat(room.events.snapshot()).isEmpty();
    }

    @Test
    void startOfANewPartitionIsCommittedSoThatItIsNewOnlyOnce() {
        room.guard.assigned(consumer, List.of(TP0));

        OffsetAndMetadata commit = consumer.commits().get(0).get(TP0);
        assertThat(commit.offset()).isZero();
        assertThat(CommitMetadata.parse(commit.metadata()))
                .isEqualTo(new CommitMetadata(room.cluster.logId(TOPIC), false));
    }
}
