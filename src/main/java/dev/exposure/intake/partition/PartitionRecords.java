package dev.exposure.intake.partition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What one poll brought from one partition: the usable records, the offsets of the others, and how far the poll
 * reaches. Offsets are kept in arrays, because a poll may hold very many records. Immutable, so safe for use by any
 * thread.
 *
 * @param <E> what a record holds
 */
public final class PartitionRecords<E> {

    private final PartitionId partition;
    private final LogId log;
    private final long firstOffset;
    private final long position;
    private final long nextOffset;
    private final int leaderEpoch;
    private final RecordPlaces places;
    private final RecordPlaces rejected;
    private final OffsetRanges empty;
    private final List<E> values;
    private final long lost;

    private PartitionRecords(PartitionRecords<E> records, long lost) {
        this.partition = records.partition;
        this.log = records.log;
        this.firstOffset = records.firstOffset;
        this.position = records.position;
        this.nextOffset = records.nextOffset;
        this.leaderEpoch = records.leaderEpoch;
        this.places = records.places;
        this.rejected = records.rejected;
        this.empty = records.empty;
        this.values = records.values;
        this.lost = lost;
    }

    private PartitionRecords(Builder<E> builder, long nextOffset, int leaderEpoch) {
        this.lost = 0;
        this.partition = builder.partition;
        this.log = builder.log;
        this.firstOffset = builder.firstOffset;
        this.position = builder.position;
        this.nextOffset = nextOffset;
        this.leaderEpoch = leaderEpoch;
        this.places = builder.places;
        this.rejected = builder.rejected;
        this.empty = builder.empty;
        this.values = Collections.unmodifiableList(builder.values);
    }

    /**
     * Starts the records that a poll brought from a partition.
     *
     * @param log log that the offsets refer to
     * @param firstOffset offset of the first record polled, usable or not
     * @param expected number of records to expect; more may come
     */
    public static <E> Builder<E> builder(PartitionId partition, LogId log, long firstOffset, int expected) {
        return new Builder<>(partition, log, firstOffset, expected);
    }

    /** Partition that the records came from. */
    public PartitionId partition() {
        return partition;
    }

    /** Log that the offsets refer to. */
    public LogId log() {
        return log;
    }

    /** Offset of the first record polled, usable or not. */
    public long firstOffset() {
        return firstOffset;
    }

    /** Offset at which the poll began; below the first record's where the offsets between hold no record. */
    public long position() {
        return position;
    }

    /** Offset after the last record polled, rejected records and control records included. */
    public long nextOffset() {
        return nextOffset;
    }

    /** Leader epoch of the last record polled, {@link Position#NO_EPOCH} where unknown. */
    public int leaderEpoch() {
        return leaderEpoch;
    }

    /** Position after the poll. */
    public Position next() {
        return new Position(log, nextOffset, leaderEpoch);
    }

    /** Number of usable records; 0 when every record polled was rejected. */
    public int size() {
        return values.size();
    }

    /** Offset of the record with this index. */
    public long offset(int index) {
        return places.offset(index);
    }

    /** Leader epoch of the record with this index, {@link Position#NO_EPOCH} where unknown. */
    public int leaderEpoch(int index) {
        return places.leaderEpoch(index);
    }

    /** What the record with this index holds. */
    public E get(int index) {
        return values.get(index);
    }

    /** What the records hold, in offset order; can't be modified. */
    public List<E> values() {
        return values;
    }

    /** Number of records that hold nothing usable. */
    public int rejectedSize() {
        return rejected.size();
    }

    /** Offset of the rejected record with this index. */
    public long rejectedOffset(int index) {
        return rejected.offset(index);
    }

    /** Leader epoch of the rejected record with this index, {@link Position#NO_EPOCH} where unknown. */
    public int rejectedLeaderEpoch(int index) {
        return rejected.leaderEpoch(index);
    }

    /** The same with this many lost records: Kafka deleted them, from {@link #position} on, before they were read. */
    public PartitionRecords<E> withLost(long count) {
        return new PartitionRecords<>(this, count);
    }

    /** Number of offsets, from this one on, whose records Kafka deleted before they were read. */
    public long lost(long fromOffset) {
        return Math.max(0, position + lost - Math.max(position, fromOffset));
    }

    /** Number of offsets, from this one on, that the poll has passed and that hold no record, deleted ones included. */
    public long withoutRecord(long fromOffset) {
        return empty.countFrom(fromOffset);
    }

    /** Only the partition and offsets, because this text may reach a log. */
    @Override
    public String toString() {
        return partition + " from " + firstOffset + " to before " + nextOffset;
    }

    /**
     * Collects the records of one partition, in offset order. For one thread.
     *
     * @param <E> what a record holds
     */
    public static final class Builder<E> {

        private final PartitionId partition;
        private final LogId log;
        private final long firstOffset;
        private final List<E> values;
        private final RecordPlaces places;
        private final RecordPlaces rejected = new RecordPlaces(0);
        private final OffsetRanges empty = new OffsetRanges();
        private long position;
        private long end;

        private Builder(PartitionId partition, LogId log, long firstOffset, int expected) {
            this.partition = partition;
            this.log = log;
            this.firstOffset = firstOffset;
            this.position = firstOffset;
            this.end = firstOffset;
            this.values = new ArrayList<>(expected);
            this.places = new RecordPlaces(expected);
        }

        /** Sets the offset at which the poll began; to be called before any record is added. */
        public Builder<E> from(long offset) {
            if (offset < firstOffset) {
                position = offset;
                end = offset;
            }
            return this;
        }

        /** Adds a record. */
        public Builder<E> add(long offset, int leaderEpoch, E value) {
            passTo(offset);
            places.add(offset, leaderEpoch);
            values.add(value);
            return this;
        }

        /** Takes note of a record that holds nothing usable. */
        public Builder<E> reject(long offset, int leaderEpoch) {
            passTo(offset);
            rejected.add(offset, leaderEpoch);
            return this;
        }

        private void passTo(long offset) {
            if (offset > end) {
                empty.add(end, offset);
            }
            end = offset + 1;
        }

        /**
         * Builds the records.
         *
         * @param nextOffset offset after the last record polled
         * @param leaderEpoch leader epoch of the last record polled, {@link Position#NO_EPOCH} where unknown
         * @throws IllegalArgumentException when a record lies beyond the end: the position would not cover it, and it would
         *     be processed again
         */
        public PartitionRecords<E> build(long nextOffset, int leaderEpoch) {
            if (places.isBeyond(nextOffset) || rejected.isBeyond(nextOffset)) {
                throw new IllegalArgumentException(
                        "Records of " + partition + " lie beyond the end of what was polled, " + nextOffset);
            }
            if (nextOffset > end) {
                empty.add(end, nextOffset);
            }
            return new PartitionRecords<>(this, nextOffset, leaderEpoch);
        }
    }
}
