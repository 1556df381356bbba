package dev.exposure.intake.delivery.jdbc;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with the URL of the database. Spring Boot's own analysis would show it; this does not. */
class InvalidDatabaseUrlFailureAnalyzer extends AbstractFailureAnalyzer<InvalidDatabaseUrlException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidDatabaseUrlException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()), "Correct it, for example to jdbc:postgresql://db:5432/ads.", cause);
    }
}
