package dev.exposure.intake.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.decode.Rejection;
import dev.exposure.intake.decode.Rejection.Reason;
import dev.exposure.intake.outage.EventType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
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

    @Test
    void recordWhenTooLargeIsPublishedWithTheHeadOfItsValueAndTheOthersWhole() {
        broker.limit(100_000);
        byte[] large = new byte[100_001];
        large[7] = 7;
        List<RejectedRecord> poll = List.of(
                rejected(3).get(0),
                rejected(4, new byte[] {1}, large, new RecordHeaders()),
                rejected(5).get(0));

        publisher.publish(poll);
        publisher.publish(poll);

        assertThat(broker.offsets()).containsExactly(3L, 5L, 4L);
        ProducerRecord<byte[], byte[]> letter = broker.history().get(2);
        assertThat(letter.value()).isEqualTo(Arrays.copyOf(large, 64 * 1024));
        assertThat(letter.key()).containsExactly(1);
        assertThat(letter.headers().lastHeader("intake-truncated").value()).isEqualTo("100001".getBytes(UTF_8));
        assertThat(broker.registry.get("intake.dead.letters.cut").counter().count())
                .isEqualTo(1);
        assertThat(broker.events.snapshot()).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(EventType.DEAD_LETTER_CUT);
            assertThat(event.detail()).contains("offset 4", "100001 bytes", "ads.dlt");
        });
    }

    @Test
    void recordWhoseKeyOrHeaderIsTooLargeIsPublishedWithoutThem() {
        broker.limit(10_000);
        Headers headers = new RecordHeaders().add("small", new byte[10]).add("large", new byte[10_001]);
        publisher.publish(List.of(
                rejected(3, new byte[10_001], new byte[] {1}, new RecordHeaders()),
                rejected(4, new byte[] {1}, new byte[2_000], headers)));

        assertThat(broker.offsets()).containsExactly(3L, 4L);
        assertThat(broker.history().get(0).key()).isNull();
        assertThat(broker.history().get(0).value()).containsExactly(1);
        ProducerRecord<byte[], byte[]> second = broker.history().get(1);
        assertThat(second.key()).containsExactly(1);
        assertThat(second.value()).hasSize(1024);
        assertThat(second.headers().lastHeader("small")).isNotNull();
        assertThat(second.headers().lastHeader("large")).isNull();
        assertThat(second.headers().lastHeader("intake-origin").value()).isEqualTo("ads-0@4".getBytes(UTF_8));
    }

    @Test
    void recordThatIsTooLargeHoweverItIsCutIsRefused() {
        broker.limit(1);

        assertThatThrownBy(() ->
                        publisher.publish(List.of(rejected(3, new byte[] {1}, new byte[2_000], new RecordHeaders()))))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("ads.dlt does not take the dead letter of ads-0@3");
    }

    private static RejectedRecord rejected(long offset, byte[] key, byte[] value, Headers headers) {
        return new RejectedRecord(
                new ConsumerRecord<>(
                        "ads", 0, offset, 0, TimestampType.CREATE_TIME, -1, -1, key, value, headers, Optional.empty()),
                new Rejection(Reason.NOT_JSON, null, "broken"));
    }

    private static List<RejectedRecord> rejected(long... offsets) {
        return LongStream.of(offsets)
                .mapToObj(offset -> new RejectedRecord(
                        new ConsumerRecord<>("ads", 0, offset, null, new byte[] {1}),
                        new Rejection(Reason.NOT_JSON, null, "broken")))
                .toList();
    }
}
