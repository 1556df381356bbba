package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.partition.PartitionId;
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

    private final PositionFixture fixture = new PositionFixture();
    private final FakeConsumer consumer = new FakeConsumer(TP0);

    @BeforeEach
    void createTopic() {
        fixture.cluster.create(TOPIC, 1);
        fixture.cluster.log(TOPIC, 0, 0, 1000);
    }

    @Test
    void partitionWhenAnotherConsumerOfThisInstanceSaysLateThatItIsLostStays() {
        fixture.assignment.assigned(P0, "the sibling that owns it now", fixture.clock.instant());

        assertThat(fixture.starts.lost(consumer, List.of(TP0))).isEmpty();

        assertThat(fixture.assignment.find(P0)).isNotNull();
        assertThat(fixture.events.snapshot()).isEmpty();
    }

    @Test
    void startOfANewPartitionIsCommittedSoThatItIsNewOnlyOnce() {
        fixture.starts.assigned(consumer, List.of(TP0));

        OffsetAndMetadata commit = consumer.commits().get(0).get(TP0);
        assertThat(commit.offset()).isZero();
        assertThat(CommitMetadata.parse(commit.metadata()))
                .isEqualTo(new CommitMetadata(fixture.cluster.logId(TOPIC), false));
    }
}
