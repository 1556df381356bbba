/** Takes the exposures of a poll through the processor exactly once: results and positions change in one transaction. */
@NullMarked
package dev.exposure.intake.delivery;

import org.jspecify.annotations.NullMarked;
