package dev.exposure.intake.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.testing.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The last hundred events, in the order in which they happened. */
class EventLogTests {

    private final MutableClock clock = new MutableClock();
    private final EventLog events = new EventLog(clock);

    @Test
    void eventWhenAddedIsDatedAndSaysWhatItIsAbout() {
        events.add(EventType.ASSIGNED, new PartitionId("ads", 6), "from offset 0");
        clock.advance(Duration.ofSeconds(3));
        events.addForTopic(EventType.TOPIC_RECREATED, "ads", "deleted");
        events.add(EventType.SINK_DOWN, "refused");

        assertThat(events.snapshot())
                .containsExactly(
                        new IntakeEvent(MutableClock.START, EventType.ASSIGNED, "ads", 6, "from offset 0"),
                        new IntakeEvent(
                                MutableClock.START.plusSeconds(3), EventType.TOPIC_RECREATED, "ads", null, "deleted"),
                        new IntakeEvent(MutableClock.START.plusSeconds(3), EventType.SINK_DOWN, null, null, "refused"));
    }

    @Test
    void logWhenFullDropsTheOldestAndKeepsTheOrder() {
        IntStream.range(0, 250).forEach(number -> events.add(EventType.PAUSED, "event " + number));

        assertThat(events.snapshot())
                .hasSize(100)
                .extracting(IntakeEvent::detail)
                .containsExactlyElementsOf(IntStream.range(150, 250)
                        .mapToObj(number -> "event " + number)
                        .toList());
    }

    @Test
    void eventWhenAnotherTypeFloodsTheLogStays() {
        events.add(EventType.FIRST_START, "here");
        IntStream.range(0, 250).forEach(number -> events.add(EventType.DEAD_LETTER_CUT, "cut " + number));
        events.add(EventType.PAUSED, "there");

        assertThat(events.snapshot()).hasSize(100);
        assertThat(events.snapshot().get(0).detail()).isEqualTo("here");
        assertThat(events.snapshot().get(1).detail()).isEqualTo("cut 152");
        assertThat(events.snapshot().get(99).detail()).isEqualTo("there");
    }

    @Test
    void snapshotWhenEventsFollowStaysAsItWas() {
        events.add(EventType.PAUSED, "first");
        List<IntakeEvent> snapshot = events.snapshot();

        events.add(EventType.RESUMED, "second");

        assertThat(snapshot).extracting(IntakeEvent::detail).containsExactly("first");
    }

    @Test
    void listenerWhenAddedHearsLaterEventsOnly() {
        List<String> heard = new ArrayList<>();
        events.add(EventType.PAUSED, "before");
        events.listen(event -> heard.add(event.detail()));

        events.add(EventType.RESUMED, "after");

        assertThat(heard).containsExactly("after");
    }
}
