package dev.exposure.intake.poll;

import static dev.exposure.intake.position.PositionFixture.TOPIC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exposure.intake.deadletter.RejectedRecord;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.decode.ExposureDecoder;
import dev.exposure.intake.decode.FormatProperties;
import dev.exposure.intake.decode.Rejection;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.position.StartReason;
import dev.exposure.intake.testing.Exposures;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** A poll's records become slices that say how far each partition has come, rejected records included. */
class PollDecoderTests {

    private static final TopicPartition TP0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition TP1 = new TopicPartition(TOPIC, 1);
    private static final PartitionId P0 = new PartitionId(TOPIC, 0);
    private static final PartitionId P1 = new PartitionId(TOPIC, 1);
    private static final LogId LOG = new LogId("cluster", "topic");
    private static final byte[] BAD = "{".getBytes(UTF_8);

    private final PositionFixture fixture = new PositionFixture();
    private final PollDecoder decoder = new PollDecoder(
            new ExposureDecoder(new FormatProperties(DataSize.ofMegabytes(1), List.of(), Map.of()), fixture.clock),
            fixture.assignment);

    @BeforeEach
    void ownPartitions() {
        fixture.own(P0, LOG, 0, StartReason.RESUMED);
        fixture.own(P1, LOG, 0, StartReason.RESUMED);
    }

    @Test
    void goodRecordsWhenDecodedKeepTheirOffsetsAndEpochs() {
        Poll poll = decoder.decode(records(next(TP0, 12, 4), good(TP0, 10, 3), good(TP0, 11, 4)), Set.of());

        PartitionRecords<Exposure> slice = poll.partitions().get(0);
        assertThat(poll.partitions()).hasSize(1);
        assertThat(slice.partition()).isEqualTo(P0);
        assertThat(slice.log()).isEqualTo(LOG);
        assertThat(slice.nextOffset()).isEqualTo(12);
        assertThat(slice.leaderEpoch()).isEqualTo(4);
        assertThat(slice.firstOffset()).isEqualTo(10);
        assertThat(slice.offset(0)).isEqualTo(10);
        assertThat(slice.offset(1)).isEqualTo(11);
        assertThat(slice.leaderEpoch(0)).isEqualTo(3);
        assertThat(slice.leaderEpoch(1)).isEqualTo(4);
        assertThat(slice.values()).extracting(Exposure::adId).containsExactly("ad", "ad");
        assertThat(poll.rejected()).isEmpty();
        assertThat(poll.next()).isEqualTo(next(TP0, 12, 4));
    }

    @Test
    void offsetToGoOnFromWhenTheClientTellsItStepsOverControlRecords() {
        Poll poll = decoder.decode(records(next(TP0, 15, 5), good(TP0, 10, 3)), Set.of());

        assertThat(poll.partitions().get(0).nextOffset()).isEqualTo(15);
        assertThat(poll.partitions().get(0).leaderEpoch()).isEqualTo(5);
        assertThat(poll.next()).isEqualTo(next(TP0, 15, 5));
    }

    @Test
    void offsetToGoOnFromWhenTheClientDoesNotTellItIsAfterTheLastRecord() {
        Poll poll = decoder.decode(records(Map.of(), good(TP0, 10, 3), good(TP0, 11, 4)), Set.of());

        assertThat(poll.partitions().get(0).nextOffset()).isEqualTo(12);
        assertThat(poll.partitions().get(0).leaderEpoch()).isEqualTo(4);
        assertThat(poll.next()).isEqualTo(next(TP0, 12, 4));
    }

    @Test
    void epochWhenTheBrokerDidNotTellItIsUnknown() {
        Poll poll = decoder.decode(records(Map.of(), good(TP0, 10, null)), Set.of());

        assertThat(poll.partitions().get(0).leaderEpoch()).isEqualTo(Position.NO_EPOCH);
        assertThat(poll.partitions().get(0).leaderEpoch(0)).isEqualTo(Position.NO_EPOCH);
        assertThat(poll.next().get(TP0).leaderEpoch()).isEmpty();
    }

    @Test
    void partitionWhenAllItsRecordsAreRejectedStillAdvances() {
        Poll poll = decoder.decode(
                records(Map.of(), bad(TP0, 10), bad(TP0, 11), good(TP1, 5, 1), tombstone(TP1, 6)), Set.of());

        assertThat(poll.partitions()).hasSize(2);
        PartitionRecords<Exposure> rejected = slice(poll, P0);
        assertThat(rejected.values()).isEmpty();
        assertThat(rejected.firstOffset()).isEqualTo(10);
        assertThat(rejected.nextOffset()).isEqualTo(12);
        assertThat(slice(poll, P1).values()).hasSize(1);
        assertThat(slice(poll, P1).nextOffset()).isEqualTo(7);
        assertThat(poll.rejected())
                .extracting(RejectedRecord::toString)
                .containsExactlyInAnyOrder("ads-0@10 NOT_JSON", "ads-0@11 NOT_JSON", "ads-1@6 EMPTY");
        assertThat(poll.rejected())
                .extracting(one -> one.rejection().reason())
                .contains(Rejection.Reason.NOT_JSON, Rejection.Reason.EMPTY);
    }

    @Test
    void partitionWhenVoidIsLeftOutWhole() {
        Poll poll = decoder.decode(records(Map.of(), bad(TP0, 10), good(TP1, 5, 1)), Set.of(P0));

        assertThat(poll.partitions()).extracting(PartitionRecords::partition).containsExactly(P1);
        assertThat(poll.rejected()).isEmpty();
        assertThat(poll.next()).containsOnlyKeys(TP1);
    }

    @Test
    void partitionWhenItsStartIsNotDecidedIsRefused() {
        fixture.remove(P0);
        fixture.assign(P0, "client-0");

        assertThatThrownBy(() -> decoder.decode(records(Map.of(), good(TP0, 10, 3)), Set.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ads-0");
    }

    @Test
    void partitionWhenNotOwnedIsRefused() {
        fixture.remove(P0);

        assertThatThrownBy(() -> decoder.decode(records(Map.of(), good(TP0, 10, 3)), Set.of()))
                .isInstanceOf(IllegalStateException.class);
    }

    private static PartitionRecords<Exposure> slice(Poll poll, PartitionId id) {
        return poll.partitions().stream()
                .filter(slice -> slice.partition().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Map<TopicPartition, OffsetAndMetadata> next(TopicPartition partition, long offset, int epoch) {
        return Map.of(partition, new OffsetAndMetadata(offset, Optional.of(epoch), ""));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static ConsumerRecords<byte[], byte[]> records(
            Map<TopicPartition, OffsetAndMetadata> next, ConsumerRecord<byte[], byte[]>... records) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> byPartition = Arrays.stream(records)
                .collect(java.util.stream.Collectors.groupingBy(
                        record -> new TopicPartition(record.topic(), record.partition())));
        return new ConsumerRecords<>(byPartition, next);
    }

    private static ConsumerRecord<byte[], byte[]> good(TopicPartition partition, long offset, @Nullable Integer epoch) {
        return record(partition, offset, epoch, Exposures.event("id-" + offset, "ad"));
    }

    private static ConsumerRecord<byte[], byte[]> bad(TopicPartition partition, long offset) {
        return record(partition, offset, 1, BAD);
    }

    private static ConsumerRecord<byte[], byte[]> tombstone(TopicPartition partition, long offset) {
        return record(partition, offset, 1, null);
    }

    private static ConsumerRecord<byte[], byte[]> record(
            TopicPartition partition, long offset, @Nullable Integer epoch, byte @Nullable [] value) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                null,
                value,
                new RecordHeaders(),
                Optional.ofNullable(epoch));
    }
}
