package dev.exposure.intake.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.outage.Outage.Stage;
import dev.exposure.intake.partition.PartitionId;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** What fails for the records of one partition is not over because those of another get through. */
class PartitionOutagesTests {

    private static final RuntimeException AWAY = new TimeoutException("no answer");
    private static final PartitionId FIRST = new PartitionId("ads", 0);
    private static final PartitionId SECOND = new PartitionId("ads", 1);

    private final EventLog events = new EventLog(Clock.systemUTC());
    private final Outages outages = new Outages(events, Clock.systemUTC());

    @Test
    void outageOfOnePartitionLastsWhileTheRecordsOfAnotherGetThrough() {
        for (int attempt = 0; attempt < 5; attempt++) {
            outages.begin(Set.of(FIRST));
            outages.note(Stage.PROCESSOR, AWAY);
            outages.end();
            outages.begin(Set.of(SECOND));
            outages.works(Stage.PROCESSOR);
            assertThat(outages.isFailing()).isTrue();
            outages.end();
        }
        assertThat(events.snapshot()).extracting(IntakeEvent::type).containsExactly(EventType.PROCESSOR_DOWN);

        outages.begin(Set.of(FIRST, SECOND));
        outages.works(Stage.PROCESSOR);
        outages.end();
        assertThat(outages.isFailing()).isFalse();
        assertThat(events.snapshot())
                .extracting(IntakeEvent::type)
                .containsExactly(EventType.PROCESSOR_DOWN, EventType.PROCESSOR_UP);
    }

    @Test
    void outageOfAPartitionThatIsNotTriedAgainEndsWithASuccessOfAnotherAfterTheLongestDelay() {
        AtomicLong nanos = new AtomicLong();
        Outages timed = new Outages(events, Clock.systemUTC(), nanos::get);
        timed.begin(Set.of(FIRST));
        timed.note(Stage.SINK, AWAY);
        timed.begin(Set.of(SECOND));

        nanos.set(Duration.ofMinutes(6).minusNanos(1).toNanos());
        timed.works(Stage.SINK);
        assertThat(timed.current()).hasSize(1);

        nanos.set(Duration.ofMinutes(6).toNanos());
        timed.works(Stage.SINK);
        assertThat(timed.current()).isEmpty();
    }

    @Test
    void successBesideAnyPollEndsAnOutageWhateverPartitionItIsOf() {
        outages.begin(Set.of(FIRST));
        outages.note(Stage.SINK, AWAY);
        outages.end();

        outages.works(Stage.SINK);

        assertThat(outages.current()).isEmpty();
    }
}
