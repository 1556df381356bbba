package dev.exposure.intake.delivery.jdbc;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.PartitionRecords;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/** Short ways to write down what a poll brought from a partition. */
final class Slices {

    static final LogId LOG = new LogId("cluster-1", "topic-id-1");
    static final PartitionId P0 = new PartitionId("ad-exposure", 0);
    static final Instant MINUTE = Instant.parse("2026-11-22T10:15:00Z");

    private Slices() {}

    /** An exposure, and where its record lies. */
    record Received(long offset, int leaderEpoch, Exposure exposure) {}

    static PartitionId partition(int number) {
        return new PartitionId("ad-exposure", number);
    }

    static CountKey key(String ad) {
        return new CountKey(MINUTE, "campaign", ad, "slot");
    }

    static Received record(long offset, int epoch) {
        return record(offset, epoch, key("ad"));
    }

    static Received record(long offset, int epoch, CountKey key) {
        return exposure("exposure-" + offset, offset, epoch, key);
    }

    static Received exposure(String id, long offset) {
        return exposure(id, offset, 1, key("ad"));
    }

    static Received exposure(String id, long offset, int epoch, CountKey key) {
        return received(offset, epoch, id, key, 10, false);
    }

    static Received test(long offset, int epoch) {
        return received(offset, epoch, "exposure-" + offset, key("ad"), 10, true);
    }

    static Received received(long offset, int epoch, String id, CountKey key, long price, boolean test) {
        return new Received(
                offset,
                epoch,
                Exposure.builder(id, key.adId(), key.minute().plusMillis(59_999))
                        .campaignId(key.campaignId())
                        .slotId(key.slotId())
                        .priceMicros(price)
                        .test(test)
                        .build());
    }

    static PartitionRecords<Exposure> slice(long next, int epoch, Received... records) {
        return slice(P0, next, epoch, records);
    }

    static PartitionRecords<Exposure> slice(PartitionId partition, long next, int epoch, Received... records) {
        return slice(partition, LOG, next, epoch, List.of(records));
    }

    static PartitionRecords<Exposure> slice(
            PartitionId partition, LogId log, long next, int epoch, List<Received> records) {
        long first = records.isEmpty() ? next - 1 : records.get(0).offset();
        PartitionRecords.Builder<Exposure> builder =
                PartitionRecords.builder(partition, log, first, Math.min(2, records.size()));
        records.forEach(one -> builder.add(one.offset(), one.leaderEpoch(), one.exposure()));
        return builder.build(next, epoch);
    }

    /** Records from one offset to before another, each counting for an ad of its own, named after its offset. */
    static PartitionRecords<Exposure> range(PartitionId partition, long from, long to, int epoch) {
        return slice(
                partition,
                LOG,
                to,
                epoch,
                LongStream.range(from, to)
                        .mapToObj(offset -> record(offset, epoch, key("ad-" + offset)))
                        .toList());
    }
}
