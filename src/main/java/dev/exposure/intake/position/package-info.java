/** Where each partition starts: seeding the group, the start rule, what this instance owns, and the watch over the cluster. */
@NullMarked
package dev.exposure.intake.position;

import org.jspecify.annotations.NullMarked;
