/** Processes the exposures of a poll exactly once: results and positions change together or not at all. */
@NullMarked
package dev.exposure.intake.delivery;

import org.jspecify.annotations.NullMarked;
