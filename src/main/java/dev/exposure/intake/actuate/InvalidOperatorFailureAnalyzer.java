package dev.exposure.intake.actuate;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with the operator's credentials. Spring Boot's own analysis would show them; this does not. */
class InvalidOperatorFailureAnalyzer extends AbstractFailureAnalyzer<InvalidOperatorException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidOperatorException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Set intake.operator.username and intake.operator.password, or neither: then nobody can pause or resume.",
                cause);
    }
}
