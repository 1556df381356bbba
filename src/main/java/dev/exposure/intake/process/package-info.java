/** The downstream processing of a poll's exposures; a team with its own logic replaces it here. */
@NullMarked
package dev.exposure.intake.process;

import org.jspecify.annotations.NullMarked;
