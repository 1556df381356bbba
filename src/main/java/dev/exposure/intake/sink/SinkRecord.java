package dev.exposure.intake.sink;

/**
 * One exposure on its way into the sink.
 *
 * @param offset offset of its record
 * @param leaderEpoch leader epoch of its record, {@link StoredPosition#NO_EPOCH} where unknown
 * @param key what it counts for
 * @param priceMicros price in millionths of the currency unit
 * @param test whether it is a test exposure, which takes its place in the log but is not counted
 */
public record SinkRecord(long offset, int leaderEpoch, CountKey key, long priceMicros, boolean test) {}
