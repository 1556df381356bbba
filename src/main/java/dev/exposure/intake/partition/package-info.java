/** What is consumed, and the words that all packages share: partitions, their logs and positions in them. */
@NullMarked
package dev.exposure.intake.partition;

import org.jspecify.annotations.NullMarked;
