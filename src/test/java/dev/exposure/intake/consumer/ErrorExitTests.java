package dev.exposure.intake.consumer;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.position.StartReason;
import dev.exposure.intake.testing.FakeConsumer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.event.ConsumerStoppedEvent.Reason;
import org.springframework.kafka.event.ConsumerStoppingEvent;

/** An Error that ends a consumer ends the process, with the place where it happened. */
@ExtendWith(OutputCaptureExtension.class)
class ErrorExitTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);

    private final PositionFixture fixture = new PositionFixture();
    private final FakeContainer container = new FakeContainer();
    private final List<Integer> exits = new ArrayList<>();
    private final ErrorExit exit = new ErrorExit(container.asListenerContainer(), fixture.assignment, exits::add);

    @Test
    void consumerThatAnErrorEndedEndsTheProcessAndItsPlaceIsSaid(CapturedOutput output) {
        fixture.own(new PartitionId(TOPIC, 0), new LogId("cluster", "topic-id"), 40, StartReason.RESUMED);
        end(container, Reason.ERROR);

        assertThat(exits).containsExactly(70);
        assertThat(output.getAll().lines().filter(line -> line.contains("ErrorExit")))
                .singleElement()
                .asString()
                .contains("ERROR", "ads-0@40", "intake.poll.max-bytes");
    }

    @Test
    void consumerThatEndedOtherwiseOrIsAnApplicationsOwnEndsNothing() {
        end(container, Reason.NORMAL);
        end(container, Reason.FENCED);
        end(new FakeContainer(), Reason.ERROR);

        assertThat(exits).isEmpty();
    }

    private void end(FakeContainer one, Reason reason) {
        exit.stopping(new ConsumerStoppingEvent(this, one, new FakeConsumer(TP0), List.of(TP0)));
        fixture.remove(new PartitionId(TOPIC, 0));
        exit.stopped(new ConsumerStoppedEvent(this, one, reason));
    }
}
