/**
 * Reads JSON, UTF-8, numbers and times directly from bytes, without making strings: most of the time for a record is
 * spent here. Where one of these classes is not certain, the caller uses the JSON library.
 */
@NullMarked
package dev.exposure.intake.scan;

import org.jspecify.annotations.NullMarked;
