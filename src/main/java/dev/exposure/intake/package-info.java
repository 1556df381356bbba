/** The exposure intake: its sub-packages are the steps that process a record, and what monitors them. */
@NullMarked
package dev.exposure.intake;

import org.jspecify.annotations.NullMarked;
