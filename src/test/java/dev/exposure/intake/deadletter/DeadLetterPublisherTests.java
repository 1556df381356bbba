package dev.exposure.intake.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.decode.Rejection;
import dev.exposure.intake.decode.Rejection.Reason;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Each bad record is published once, however often its poll is repeated. */
class DeadLetterPublisherTests {

    private static final TopicPartition P0 = new TopicPartition("ads", 0);

    private final FakeProducer broker = new FakeProducer();
    private final DeadLetterPublisher publisher = broker.publisher();

    @Test
    void recordsWhenPublishedArriveInOrder() {
        publisher.publish(rejected(3, 4, 7));

        assertThat(broker.offsets()).containsExactly(3L, 4L, 7L);
    }

    @Test
    void recordsWhenPublishedBeforeAreNotPublishedAgain() {
        publisher.publish(rejected(3, 4));

        publisher.publish(rejected(3, 4, 5));

        assertThat(broker.offsets()).containsExactly(3L, 4L, 5L);
    }

    @Test
    void recordsWhenOnlySomeAreRefusedArePublishedOnceEachOnTheNextAttempt() {
        broker.refuse(4);

        assertThatThrownBy(() -> publisher.publish(rejected(3, 4, 5)))
                .isInstanceOf(KafkaException.class)
                .hasMessage("ads.dlt does not take the dead letter of ads-0@4")
                .hasRootCauseMessage("refused");

        broker.refuse();
        publisher.publish(rejected(3, 4, 5));
        assertThat(broker.offsets()).containsExactly(3L, 4L, 5L);
    }

    @Test
    void sendingWhenRefusedAtOnceGoesNoFurther() {
        broker.refuse(3, 4, 5);

        assertThatThrownBy(() -> publisher.publish(rejected(3, 4, 5))).isInstanceOf(KafkaException.class);

        assertThat(broker.attempts()).as("a missing topic costs its wait once").isEqualTo(1);
    }

    @Test
    void recordIsNamedWhenTheProducerThrowsInsteadOfAnswering() {
        broker.throwAtOnce(true);
        assertThatThrownBy(() -> publisher.publish(rejected(5)))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("ads.dlt does not take the dead letter of ads-0@5")
                .hasRootCauseMessage("in an error state");
        broker.throwAtOnce(false);
        publisher.publish(rejected(5));
        assertThat(broker.offsets()).containsExactly(5L);
    }

    @Test
    void recordWhenNeverAnsweredFailsAfterTheWait() {
        broker.silence(true);

        assertThatThrownBy(() -> publisher.publish(rejected(3)))
                .isInstanceOf(KafkaException.class)
                .rootCause()
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("200 ms");

        broker.silence(false);
        publisher.publish(rejected(3));
        assertThat(broker.offsets()).containsExactly(3L);
    }

    @Test
    void recordsWhenSettledAreForgottenBelowThePosition() {
        publisher.publish(rejected(3, 4, 7));

        publisher.settled(P0, 7);
        publisher.publish(rejected(4, 7));

        assertThat(broker.offsets())
                .as("only what lies below the position may be published again")
                .containsExactly(3L, 4L, 7L, 4L);
    }

    @Test
    void recordsWhenThePartitionIsForgottenArePublishedAgain() {
        publisher.publish(rejected(3));

        publisher.forget(new TopicPartition("ads", 1));
        publisher.publish(rejected(3));
        assertThat(broker.offsets()).containsExactly(3L);

        publisher.forget(P0);
        publisher.publish(rejected(3));
        assertThat(broker.offsets()).containsExactly(3L, 3L);
    }

    @Test
    void threadWhenInterruptedWhileItWaitsStaysInterrupted() {
        broker.silence(true);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> publisher.publish(rejected(3))).isInstanceOf(InterruptException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    private static List<RejectedRecord> rejected(long... offsets) {
        return LongStream.of(offsets)
                .mapToObj(offset -> new RejectedRecord(
                        new ConsumerRecord<>("ads", 0, offset, null, new byte[] {1}),
                        new Rejection(Reason.NOT_JSON, null, "broken")))
                .toList();
    }
}
