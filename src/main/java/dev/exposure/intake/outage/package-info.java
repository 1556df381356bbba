/** Current outages, each logged when it begins and when it ends; events, and texts for failures. */
@NullMarked
package dev.exposure.intake.outage;

import org.jspecify.annotations.NullMarked;
