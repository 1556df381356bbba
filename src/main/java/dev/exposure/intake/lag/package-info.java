/** How far the whole group is behind, sampled in the background. */
@NullMarked
package dev.exposure.intake.lag;

import org.jspecify.annotations.NullMarked;
