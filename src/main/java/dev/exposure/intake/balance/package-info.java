/**
 * The account that the service gives of itself: what became of every offset, read from where it is stored with the positions,
 * shown and watched.
 */
@NullMarked
package dev.exposure.intake.balance;

import org.jspecify.annotations.NullMarked;
