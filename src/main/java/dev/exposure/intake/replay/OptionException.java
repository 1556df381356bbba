package dev.exposure.intake.replay;

/** An option is wrong; the message is for the person who typed it. */
final class OptionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OptionException(String message) {
        super(message);
    }
}
