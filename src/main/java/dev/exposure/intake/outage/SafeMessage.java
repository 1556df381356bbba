package dev.exposure.intake.outage;

import org.jspecify.annotations.Nullable;

/** Exception whose message is one complete line and never holds content of a record or a row. */
public interface SafeMessage {

    /** The message. */
    @Nullable
    String getMessage();
}
