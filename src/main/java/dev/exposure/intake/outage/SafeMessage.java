package dev.exposure.intake.outage;

import org.jspecify.annotations.Nullable;

/** Exception whose message says all that is to be said in one line, and never holds content of a record or of a row. */
public interface SafeMessage {

    /** The message. */
    @Nullable
    String getMessage();
}
