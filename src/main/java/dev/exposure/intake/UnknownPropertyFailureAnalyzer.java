package dev.exposure.intake;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a start that failed because of unknown names. */
class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnknownPropertyException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnknownPropertyException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct the name, or remove the property: what begins with \"intake.\" is read by this service only, and it"
                        + " would not do what you meant.",
                cause);
    }
}
