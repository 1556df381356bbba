/** How connections to the brokers are made, where files that change under the running service have a say in it. */
@NullMarked
package dev.exposure.intake.connect;

import org.jspecify.annotations.NullMarked;
