package dev.exposure.intake.partition;

/**
 * How far a partition has been processed, as stored with the results.
 *
 * @param log log that the offset refers to
 * @param nextOffset offset of the first record that is not processed yet
 * @param leaderEpoch leader epoch of the last record processed, {@link #NO_EPOCH} where unknown
 */
public record Position(LogId log, long nextOffset, int leaderEpoch) {

    /** Leader epoch of records whose epoch the broker did not tell. */
    public static final int NO_EPOCH = -1;
}
