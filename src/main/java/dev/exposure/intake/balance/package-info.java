/**
 * The balance: what became of every offset. It is stored with the positions; this package reads, shows and watches it.
 */
@NullMarked
package dev.exposure.intake.balance;

import org.jspecify.annotations.NullMarked;
