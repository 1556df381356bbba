/** Exactly-once delivery by one transaction of the application's database, H2 or PostgreSQL. */
@NullMarked
package dev.exposure.intake.delivery.jdbc;

import org.jspecify.annotations.NullMarked;
