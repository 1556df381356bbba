/**
 * Turns the bytes of a record into an exposure, or into the reason why it is none.
 *
 * <p>There are two paths. {@code EventReader} and {@code Line} use a JSON parser; they define the outcome of each record, and
 * they alone reject. {@code FastDecoder} and {@code FastLine} are written by hand, because decoding is most of the cost of a
 * record: the parser takes about three times as long and makes about eight kilobytes of objects. The fast path accepts only the
 * usual event and has to agree with the parser in every field; a test checks this on a million events. Both share the code for
 * numbers, times and texts ({@code Decimal}, {@code IsoTime}, {@code ExposureTime}).
 */
@NullMarked
package dev.exposure.intake.decode;

import org.jspecify.annotations.NullMarked;
