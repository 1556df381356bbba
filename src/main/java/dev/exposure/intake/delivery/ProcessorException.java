package dev.exposure.intake.delivery;

import dev.exposure.intake.outage.SafeMessage;
import org.jspecify.annotations.Nullable;

/**
 * The processor failed; nothing of the poll was stored, and the poll comes again. The message names the processor, what it
 * threw and where, but leaves out the thrown exception's own message, which may hold data.
 */
public final class ProcessorException extends RuntimeException implements SafeMessage {

    private static final long serialVersionUID = 1L;

    public ProcessorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
