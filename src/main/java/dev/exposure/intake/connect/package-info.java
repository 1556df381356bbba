/** Connections to the brokers: settings, logins, and SSL files that may change while the service runs. */
@NullMarked
package dev.exposure.intake.connect;

import org.jspecify.annotations.NullMarked;
