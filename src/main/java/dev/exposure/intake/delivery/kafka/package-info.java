/** The delivery without a database: results and positions change together in a Kafka transaction. */
@NullMarked
package dev.exposure.intake.delivery.kafka;

import org.jspecify.annotations.NullMarked;
