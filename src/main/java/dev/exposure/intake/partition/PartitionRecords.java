package dev.exposure.intake.partition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What one poll brought from one partition: its records that hold something usable, and how far the poll reaches. Where the
 * records lie is kept in arrays, because a poll may hold very many. Not changed once built, so safe for use by any thread.
 *
 * @param <E> what a record holds
 */
public final class PartitionRecords<E> {

    private final PartitionId partition;
    private final LogId log;
    private final long firstOffset;
    private final long nextOffset;
    private final int leaderEpoch;
    private final long[] offsets;
    private final int[] leaderEpochs;
    private final List<E> values;

    private PartitionRecords(Builder<E> builder, long nextOffset, int leaderEpoch) {
        this.partition = builder.partition;
        this.log = builder.log;
        this.firstOffset = builder.firstOffset;
        this.nextOffset = nextOffset;
        this.leaderEpoch = leaderEpoch;
        this.offsets = builder.offsets;
        this.leaderEpochs = builder.leaderEpochs;
        this.values = Collections.unmodifiableList(builder.values);
    }

    /**
     * Starts what a poll brought from a partition.
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
        return offsets[index];
    }

    /** Leader epoch of the record with this index, {@link Position#NO_EPOCH} where unknown. */
    public int leaderEpoch(int index) {
        return leaderEpochs[index];
    }

    /** What the record with this index holds. */
    public E get(int index) {
        return values.get(index);
    }

    /** What the records hold, in offset order; can't be modified. */
    public List<E> values() {
        return values;
    }

    /** Names the place only, because this text may reach a log. */
    @Override
    public String toString() {
        return partition + " from " + firstOffset + " to before " + nextOffset;
    }

    /**
     * Collects the usable records of one partition, in offset order. For one thread.
     *
     * @param <E> what a record holds
     */
    public static final class Builder<E> {

        private final PartitionId partition;
        private final LogId log;
        private final long firstOffset;
        private final List<E> values;
        private long[] offsets;
        private int[] leaderEpochs;

        private Builder(PartitionId partition, LogId log, long firstOffset, int expected) {
            this.partition = partition;
            this.log = log;
            this.firstOffset = firstOffset;
            this.values = new ArrayList<>(expected);
            this.offsets = new long[expected];
            this.leaderEpochs = new int[expected];
        }

        /** Adds a record. */
        public Builder<E> add(long offset, int leaderEpoch, E value) {
            int size = values.size();
            if (size == offsets.length) {
                int larger = Math.max(16, size * 2);
                offsets = Arrays.copyOf(offsets, larger);
                leaderEpochs = Arrays.copyOf(leaderEpochs, larger);
            }
            offsets[size] = offset;
            leaderEpochs[size] = leaderEpoch;
            values.add(value);
            return this;
        }

        /**
         * Ends it.
         *
         * @param nextOffset offset after the last record polled
         * @param leaderEpoch leader epoch of the last record polled, {@link Position#NO_EPOCH} where unknown
         * @throws IllegalArgumentException when a record lies beyond the end: the position would not cover it, and it would
         *     be processed again
         */
        public PartitionRecords<E> build(long nextOffset, int leaderEpoch) {
            for (int i = 0; i < values.size(); i++) {
                if (offsets[i] >= nextOffset) {
                    throw new IllegalArgumentException("Record " + offsets[i] + " of " + partition
                            + " lies beyond the end of what was polled, " + nextOffset);
                }
            }
            return new PartitionRecords<>(this, nextOffset, leaderEpoch);
        }
    }
}
