/** Measurements, run by the Maven profile {@code bench} only. */
@NullMarked
package dev.exposure.intake.bench;

import org.jspecify.annotations.NullMarked;
