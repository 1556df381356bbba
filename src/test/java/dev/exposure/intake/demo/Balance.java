package dev.exposure.intake.demo;

import java.util.Locale;

/**
 * What was written and what became of it.
 *
 * @param written events that the broker acknowledged
 * @param counted exposures in the table
 * @param deadLettered records in the dead-letter topic
 * @param tests test exposures that the service has seen
 */
record Balance(long written, long counted, long deadLettered, long tests) {

    boolean comesOut() {
        return written == counted + deadLettered + tests;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "written %,d = counted %,d + dead-lettered %,d + test %,d%s",
                written,
                counted,
                deadLettered,
                tests,
                comesOut()
                        ? ""
                        : String.format(Locale.ROOT, "  DIFFERENCE %,d", written - counted - deadLettered - tests));
    }
}
