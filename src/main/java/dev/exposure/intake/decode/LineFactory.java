package dev.exposure.intake.decode;

import dev.exposure.intake.scan.ExposureTime;

/**
 * What is needed to read the lines of one event; belongs to one thread.
 *
 * @param keys names that mean something
 * @param json parser for lines that are texts
 * @param time rule for times
 */
record LineFactory(Keys keys, StrictJson json, ExposureTime time) {

    Line line() {
        return new Line(keys, time);
    }
}
