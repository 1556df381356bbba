/** The demo that {@code ./mvnw spring-boot:test-run} starts: a broker, the service, and Filebeats that write to it. */
@NullMarked
package dev.exposure.intake.demo;

import org.jspecify.annotations.NullMarked;
