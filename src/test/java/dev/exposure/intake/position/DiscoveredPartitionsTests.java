package dev.exposure.intake.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.cluster.Topics;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRange;
import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** When a partition was first seen, by whomever, and whether that was news. */
class DiscoveredPartitionsTests {

    private static final Uuid ID = new Uuid(1, 1);
    private static final Uuid LATER_ID = new Uuid(2, 2);
    private static final PartitionId P0 = new PartitionId("ads", 0);
    private static final PartitionId P1 = new PartitionId("ads", 1);

    private final MutableClock clock = new MutableClock();
    private final EventLog events = new EventLog(clock);
    private final DiscoveredPartitions discovered = new DiscoveredPartitions(clock, events);

    @Test
    void partitionWhenSeenAgainKeepsItsFirstSight() {
        assertThat(seen(P0)).isEqualTo(MutableClock.START);

        clock.advance(Duration.ofSeconds(4));

        assertThat(seen(P0)).isEqualTo(MutableClock.START);
        discovered.exist(topics(ID, 1));
        assertThat(seen(P0)).isEqualTo(MutableClock.START);
    }

    @Test
    void partitionsWhenTheirTopicIsFirstSeenAreNoNews() {
        discovered.exist(topics(ID, 2));
        seen(P0);

        assertThat(events.snapshot()).isEmpty();
        assertThat(discovered.wasAdded(P0, log(ID))).isFalse();
    }

    @Test
    void partitionWhenAssignedBeforeAnySampleShowsItIsNewsOnce() {
        discovered.exist(topics(ID, 1));
        clock.advance(Duration.ofSeconds(4));

        seen(P1);
        seen(P1);
        discovered.exist(topics(ID, 2));

        assertThat(events.snapshot()).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(EventType.NEW_PARTITION);
            assertThat(event.topic()).isEqualTo("ads");
            assertThat(event.partition()).isEqualTo(1);
            assertThat(event.at()).isEqualTo(MutableClock.START.plusSeconds(4));
        });
    }

    @Test
    void partitionsWhenManyAreAddedAreOneEvent() {
        discovered.exist(topics(ID, 4));

        discovered.exist(topics(ID, 1000));

        assertThat(events.snapshot()).singleElement().satisfies(event -> {
            assertThat(event.topic()).isEqualTo("ads");
            assertThat(event.partition()).isNull();
            assertThat(event.partitions()).containsExactly(new PartitionRange("ads", 4, 999));
        });
        assertThat(discovered.wasAdded(new PartitionId("ads", 4), log(ID))).isTrue();
        assertThat(discovered.wasAdded(P0, log(ID))).isFalse();
    }

    @Test
    void topicWhenCreatedAgainIsSeenAnewWithoutNewsAndTheOthersAreNot() {
        assertThat(discovered.exist(topics(ID, 2))).isEmpty();
        clock.advance(Duration.ofSeconds(4));
        assertThat(discovered.exist(topics(LATER_ID, 1))).containsExactly("ads");
        clock.advance(Duration.ofSeconds(4));

        assertThat(seen(P0)).isEqualTo(MutableClock.START.plusSeconds(4));
        assertThat(seen(new PartitionId("clicks", 0))).isEqualTo(MutableClock.START);
        assertThat(events.snapshot()).as("its partitions are no news").isEmpty();

        discovered.exist(topics(LATER_ID, 2));
        assertThat(events.snapshot())
                .as("one that the new topic did not have yet is")
                .extracting(IntakeEvent::partition)
                .containsExactly(1);
        assertThat(discovered.wasAdded(P1, log(LATER_ID))).isTrue();
        assertThat(discovered.wasAdded(P1, log(ID)))
                .as("in the log that was deleted")
                .isFalse();
    }

    private Instant seen(PartitionId id) {
        return discovered.seen(List.of(id)).get(id);
    }

    /** The topic "ads" with this id and as many partitions, and a topic "clicks" that never changes. */
    private static Topics topics(Uuid id, int partitions) {
        return new Topics(
                "cluster",
                Map.of(
                        "ads", new Topics.Topic(id, partitions, Set.of()),
                        "clicks", new Topics.Topic(new Uuid(9, 9), 1, Set.of())),
                Map.of());
    }

    private static LogId log(Uuid id) {
        return new LogId("cluster", id.toString());
    }
}
