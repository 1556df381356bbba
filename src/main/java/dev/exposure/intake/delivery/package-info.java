/** Takes the exposures of a poll through the processor exactly once: results and positions change together or not at all. */
@NullMarked
package dev.exposure.intake.delivery;

import org.jspecify.annotations.NullMarked;
