/** What is consumed, and the words that all packages share: partitions, their logs, positions in them and records of them. */
@NullMarked
package dev.exposure.intake.partition;

import org.jspecify.annotations.NullMarked;
