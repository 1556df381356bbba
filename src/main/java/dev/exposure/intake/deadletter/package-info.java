/** Publishes the records that can't be decoded to dead-letter topics, with the reason. */
@NullMarked
package dev.exposure.intake.deadletter;

import org.jspecify.annotations.NullMarked;
