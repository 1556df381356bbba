/** Every question to the Kafka cluster: topics, logs, the group and its commits. */
@NullMarked
package dev.exposure.intake.cluster;

import org.jspecify.annotations.NullMarked;
