/** Where results and positions go, in one transaction. */
@NullMarked
package dev.exposure.intake.sink;

import org.jspecify.annotations.NullMarked;
