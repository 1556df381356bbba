/** What does not work at the moment, said once when it begins and once when it ends; events, and failures in words. */
@NullMarked
package dev.exposure.intake.outage;

import org.jspecify.annotations.NullMarked;
