/** What is consumed, and the types that all packages share: partitions, logs, positions and records. */
@NullMarked
package dev.exposure.intake.partition;

import org.jspecify.annotations.NullMarked;
