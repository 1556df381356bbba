/** A command that lists dead letters and sends them to their topics again. */
@NullMarked
package dev.exposure.intake.replay;

import org.jspecify.annotations.NullMarked;
