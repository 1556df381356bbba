/**
 * Turns the bytes of a record into an exposure, or into the reason why it is none.
 *
 * <p>There are two ways through it. {@code EventReader} and {@code Line} use a JSON parser; they define what each record amounts
 * to, and they alone reject. {@code FastDecoder} and {@code FastLine} are made by hand, because decoding is most of what a record
 * costs: the parser takes about three times as long and makes some eight kilobytes of objects. The fast way takes the usual event
 * only, and has to agree with the parser to the last field, which a test holds it to on a million events. What numbers, times
 * and texts mean ({@code Decimal}, {@code IsoTime}, {@code ExposureTime}) is one code for both.
 */
@NullMarked
package dev.exposure.intake.decode;

import org.jspecify.annotations.NullMarked;
