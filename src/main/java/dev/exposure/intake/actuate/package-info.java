/** Endpoints, health and metrics: reads snapshots of the other packages and owns no state. */
@NullMarked
package dev.exposure.intake.actuate;

import org.jspecify.annotations.NullMarked;
