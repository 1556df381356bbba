package dev.exposure.intake.delivery;

/** It is not known whether a delivery was stored, so where its partitions continue has to be decided again. */
public final class OutcomeUnknownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Failure after which the results may be stored or not. */
    public OutcomeUnknownException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
