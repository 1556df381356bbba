package dev.exposure.intake.delivery;

import dev.exposure.intake.count.CountKey;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/** Short ways to write slices down. */
final class Slices {

    static final LogId LOG = new LogId("cluster-1", "topic-id-1");
    static final PartitionId P0 = new PartitionId("ad-exposure", 0);
    static final Instant MINUTE = Instant.parse("2026-11-22T10:15:00Z");

    private Slices() {}

    static PartitionId partition(int number) {
        return new PartitionId("ad-exposure", number);
    }

    static CountKey key(String ad) {
        return new CountKey(MINUTE, "campaign", ad, "slot");
    }

    static SinkRecord record(long offset, int epoch) {
        return record(offset, epoch, key("ad"));
    }

    static SinkRecord record(long offset, int epoch, CountKey key) {
        return exposure("exposure-" + offset, offset, epoch, key);
    }

    static SinkRecord exposure(String id, long offset) {
        return exposure(id, offset, 1, key("ad"));
    }

    static SinkRecord exposure(String id, long offset, int epoch, CountKey key) {
        return new SinkRecord(offset, epoch, id, key, 10, false);
    }

    static SinkRecord test(long offset, int epoch) {
        return new SinkRecord(offset, epoch, "exposure-" + offset, key("ad"), 10, true);
    }

    static Slice slice(long next, int epoch, SinkRecord... records) {
        return slice(P0, next, epoch, records);
    }

    static Slice slice(PartitionId partition, long next, int epoch, SinkRecord... records) {
        return new Slice(partition, LOG, next, epoch, List.of(records));
    }

    /** Records from one offset to before another, each counting for an ad of its own, named after its offset. */
    static Slice range(PartitionId partition, long from, long to, int epoch) {
        return new Slice(
                partition,
                LOG,
                to,
                epoch,
                LongStream.range(from, to)
                        .mapToObj(offset -> record(offset, epoch, key("ad-" + offset)))
                        .toList());
    }
}
