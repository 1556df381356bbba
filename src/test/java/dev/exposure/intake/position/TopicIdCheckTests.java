package dev.exposure.intake.position;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.cluster.MetadataUpdates;
import dev.exposure.intake.partition.PartitionId;
import java.util.Set;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often a topic's id is asked for, and that a topic that was created again is found each time it matters. */
class TopicIdCheckTests {

    private static final PartitionId P0 = new PartitionId(TOPIC, 0);

    private final PositionFixture fixture = new PositionFixture();
    private final Deserializer<byte[]> deserializer = fixture.updates.listening(new ByteArrayDeserializer());

    @BeforeEach
    void startPartition() {
        fixture.cluster.create(TOPIC, 1000);
        fixture.own(P0, fixture.cluster.logId(TOPIC), 0, StartReason.NEW_PARTITION);
    }

    @Test
    void topicWhenConsumersLearnNothingNewIsAskedForOnceHoweverManyPollsCome() {
        fixture.updates.fetchedByTopicId(true);
        int before = fixture.cluster.topicQuestions();

        for (int poll = 0; poll < 100; poll++) {
            assertThat(fixture.logs.changed(Set.of(P0))).isEmpty();
        }

        assertThat(fixture.cluster.topicQuestions() - before).isEqualTo(1);
    }

    @Test
    void topicWhenCreatedAgainIsFoundAsSoonAsAConsumerCanHaveFetchedFromIt() {
        fixture.updates.fetchedByTopicId(true);
        fixture.logs.changed(Set.of(P0));
        fixture.cluster.create(TOPIC, 1);

        assertThat(fixture.logs.changed(Set.of(P0)))
                .as("fetched by the id of the deleted topic")
                .isEmpty();
        update();

        assertThat(fixture.logs.changed(Set.of(P0))).containsExactly(P0);
    }

    @Test
    void topicWhenBrokersMayServeFetchesByNameIsAskedForEachTime() {
        fixture.logs.changed(Set.of(P0));
        fixture.cluster.create(TOPIC, 1);

        assertThat(fixture.logs.changed(Set.of(P0))).containsExactly(P0);
    }

    @Test
    void answerWhenAskedForBeforeAnUpdateProvesNothingAfterIt() {
        fixture.updates.fetchedByTopicId(true);
        fixture.logs.changed(Set.of(P0));
        update();
        fixture.cluster.forget(TOPIC, new TimeoutException("no answer"));

        assertThatThrownBy(() -> fixture.logs.changed(Set.of(P0))).isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> fixture.logs.changed(Set.of(P0)))
                .as("still not known")
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void updatesOfEveryConsumerCount() {
        MetadataUpdates updates = new MetadataUpdates();
        tell(updates.listening(new ByteArrayDeserializer()));
        tell(updates.listening(new ByteArrayDeserializer()));

        assertThat(updates.count()).isEqualTo(2);
    }

    private void update() {
        tell(deserializer);
    }

    private static void tell(Deserializer<byte[]> deserializer) {
        ((ClusterResourceListener) deserializer).onUpdate(new ClusterResource("cluster"));
    }
}
