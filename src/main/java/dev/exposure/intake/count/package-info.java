/** The default processing: counts exposures by minute, campaign, ad and slot. */
@NullMarked
package dev.exposure.intake.count;

import org.jspecify.annotations.NullMarked;
