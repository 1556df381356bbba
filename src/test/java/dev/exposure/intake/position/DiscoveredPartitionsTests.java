package dev.exposure.intake.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a partition was first seen, by whomever, and whether that was news. */
class DiscoveredPartitionsTests {

    private static final PartitionId P0 = new PartitionId("ads", 0);
    private static final PartitionId P1 = new PartitionId("ads", 1);

    private final MutableClock clock = new MutableClock();
    private final EventLog events = new EventLog(clock);
    private final DiscoveredPartitions discovered = new DiscoveredPartitions(clock, events);

    @Test
    void partitionWhenSeenAgainKeepsItsFirstSight() {
        assertThat(discovered.seen(P0)).isEqualTo(MutableClock.START);

        clock.advance(Duration.ofSeconds(4));

        assertThat(discovered.seen(P0)).isEqualTo(MutableClock.START);
    }

    @Test
    void partitionWhenInTheFirstInventoryIsNoNews() {
        discovered.inventory(List.of(P0, P1));
        discovered.seen(P0);

        assertThat(events.snapshot()).isEmpty();
    }

    @Test
    void partitionWhenSeenAfterTheInventoryIsNewsOnce() {
        discovered.inventory(List.of(P0));
        clock.advance(Duration.ofSeconds(4));

        discovered.seen(P1);
        discovered.seen(P1);

        assertThat(events.snapshot()).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(EventType.NEW_PARTITION);
            assertThat(event.topic()).isEqualTo("ads");
            assertThat(event.partition()).isEqualTo(1);
            assertThat(event.at()).isEqualTo(MutableClock.START.plusSeconds(4));
        });
    }

    @Test
    void partitionWhenFirstSeenByALaterInventoryIsNews() {
        discovered.inventory(List.of(P0));

        discovered.inventory(List.of(P0, P1));

        assertThat(events.snapshot()).extracting(IntakeEvent::partition).containsExactly(1);
    }

    @Test
    void topicWhenCreatedAgainIsSeenAnewWithoutNewsAndTheOthersAreNot() {
        PartitionId other = new PartitionId("clicks", 0);
        discovered.inventory(List.of(P0, P1, other));
        clock.advance(Duration.ofSeconds(4));
        discovered.recreated("ads", List.of(P0));
        clock.advance(Duration.ofSeconds(4));

        assertThat(discovered.seen(P0)).isEqualTo(MutableClock.START.plusSeconds(4));
        assertThat(discovered.seen(other)).isEqualTo(MutableClock.START);
        assertThat(events.snapshot()).as("its partitions are no news").isEmpty();

        discovered.seen(P1);
        assertThat(events.snapshot())
                .as("one that the new topic did not have yet is")
                .extracting(IntakeEvent::partition)
                .containsExactly(1);
    }
}
