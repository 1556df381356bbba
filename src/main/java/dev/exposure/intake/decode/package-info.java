/** Turns the bytes of a record into an exposure, or into the reason why it is none. */
@NullMarked
package dev.exposure.intake.decode;

import org.jspecify.annotations.NullMarked;
