package dev.exposure.intake.connect;

/** What was in the way in the first place, in one line; of what reads files, it names them and never holds what is in them. */
final class FailureCause {

    private FailureCause() {}

    /** Innermost cause. */
    static Throwable innermost(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Message of the innermost cause, or its name where it has none. */
    static String of(Throwable failure) {
        Throwable root = innermost(failure);
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message.replaceAll("\\s*\\R\\s*", " ");
    }
}
