package dev.exposure.intake.delivery.jdbc;

/** The URL of the database can't be used. Shows no more of it than its beginning, because the rest may hold a password. */
final class InvalidDatabaseUrlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidDatabaseUrlException(String message) {
        super(message);
    }
}
