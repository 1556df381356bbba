/** The exposure intake: each sub-package is a fixture that a record walks through, or a window on them. */
@NullMarked
package dev.exposure.intake;

import org.jspecify.annotations.NullMarked;
