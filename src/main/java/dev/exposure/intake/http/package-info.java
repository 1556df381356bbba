/** Keeps the web server able to answer probes whatever its other clients do, and its own error pages plain. */
@NullMarked
package dev.exposure.intake.http;

import org.jspecify.annotations.NullMarked;
