package dev.exposure.intake.outage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to this instance.
 *
 * @param topic topic concerned, or null when it is not about one topic
 * @param partition partition concerned, or null when it is not about one partition
 * @param detail explanation for a person; never holds content of a record
 */
public record IntakeEvent(
        Instant at,
        EventType type,
        @Nullable String topic,
        @Nullable Integer partition,
        String detail) {}
