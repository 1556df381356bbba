/** The processing of exposures: the one interface that a team implements for its own processing. */
@NullMarked
package dev.exposure.intake.process;

import org.jspecify.annotations.NullMarked;
