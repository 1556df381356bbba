/** The consumers and their container: settings, start, pause, restart, and the end of the process when one can't go on. */
@NullMarked
package dev.exposure.intake.consumer;

import org.jspecify.annotations.NullMarked;
