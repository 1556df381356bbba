package dev.exposure.intake.replay;

/** Says what is wrong with what was asked for, in words for whoever typed it. */
final class OptionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OptionException(String message) {
        super(message);
    }
}
