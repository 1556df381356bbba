package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;

/**
 * What came of all that was written.
 *
 * @param written records that Kafka has acknowledged
 * @param counted exposures in the table of counts
 * @param tests test exposures among those written, which are not counted
 * @param deadLetters different records in the dead-letter topic
 * @param repeatedDeadLetters records that the dead-letter topic holds once more than needed
 * @param lost records neither counted nor dead-lettered, though they had to be
 * @param duplicated exposures counted more often than written
 * @param misplaced exposures counted where they don't belong, and rows of the right count whose prices don't add up
 */
record Balance(
        long written,
        long counted,
        long tests,
        long deadLetters,
        long repeatedDeadLetters,
        long lost,
        long duplicated,
        long misplaced) {

    /** Fails unless every record ended in exactly one place, the right one. */
    void assertExact() {
        assertThat(lost).as("lost; %s", this).isZero();
        assertThat(duplicated).as("duplicated; %s", this).isZero();
        assertThat(misplaced).as("misplaced; %s", this).isZero();
        assertThat(counted + tests + deadLetters).as("accounted for; %s", this).isEqualTo(written);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "written %,d, counted %,d, tests %,d, dead letters %,d (%,d repeated), lost %,d, duplicated %,d, misplaced %,d",
                written,
                counted,
                tests,
                deadLetters,
                repeatedDeadLetters,
                lost,
                duplicated,
                misplaced);
    }
}
