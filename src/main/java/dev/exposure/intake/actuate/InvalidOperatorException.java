package dev.exposure.intake.actuate;

/** The operator's credentials can't be used; the message names the property, and never its value. */
final class InvalidOperatorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidOperatorException(String message) {
        super(message);
    }
}
