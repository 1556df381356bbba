package dev.exposure.intake.delivery;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do when the database belongs to another group. */
class OtherGroupFailureAnalyzer extends AbstractFailureAnalyzer<OtherGroupException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OtherGroupException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
