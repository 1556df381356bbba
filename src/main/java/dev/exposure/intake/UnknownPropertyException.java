package dev.exposure.intake;

/** The service does not know a property that begins with {@code intake.}; the message names it, without its value. */
final class UnknownPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownPropertyException(String message) {
        super(message);
    }
}
