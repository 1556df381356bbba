package dev.exposure.intake;

/** A property that begins with {@code intake.} is none that the service knows; the message says which, without its value. */
final class UnknownPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownPropertyException(String message) {
        super(message);
    }
}
