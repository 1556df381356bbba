/**
 * Reads JSON, UTF-8, numbers and times straight from bytes, without making texts: most of the time of a record is spent here.
 * What one of these is not certain of, the caller gives to the JSON library.
 */
@NullMarked
package dev.exposure.intake.scan;

import org.jspecify.annotations.NullMarked;
