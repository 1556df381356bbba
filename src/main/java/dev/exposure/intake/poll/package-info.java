/** The poll loop: takes a poll's records, has them decoded, dead-lettered and processed, and commits, in this order. */
@NullMarked
package dev.exposure.intake.poll;

import org.jspecify.annotations.NullMarked;
