/** Publishes the records that cannot be decoded, whole and with their cause. */
@NullMarked
package dev.exposure.intake.deadletter;

import org.jspecify.annotations.NullMarked;
