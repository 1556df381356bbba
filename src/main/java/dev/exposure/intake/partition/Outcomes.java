package dev.exposure.intake.partition;

/**
 * What became of offsets that a partition's position has passed.
 *
 * @param processed exposures that went through the processor
 * @param duplicate exposures whose id was known, so that they were not processed
 * @param test test exposures, not processed
 * @param deadLetter records that hold no usable exposure, published as dead letters
 * @param lost records that Kafka deleted before they were read
 * @param noRecord offsets that hold no record: markers and aborted records of transactions, and what compaction removed
 */
public record Outcomes(long processed, long duplicate, long test, long deadLetter, long lost, long noRecord) {

    /** No offsets. */
    public static final Outcomes NONE = new Outcomes(0, 0, 0, 0, 0, 0);

    /** Offsets that have an outcome. */
    public long sum() {
        return processed + duplicate + test + deadLetter + lost + noRecord;
    }

    /** Sum of these and others. */
    public Outcomes plus(Outcomes more) {
        return new Outcomes(
                processed + more.processed,
                duplicate + more.duplicate,
                test + more.test,
                deadLetter + more.deadLetter,
                lost + more.lost,
                noRecord + more.noRecord);
    }
}
