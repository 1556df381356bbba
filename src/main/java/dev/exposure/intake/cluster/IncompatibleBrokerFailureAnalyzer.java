package dev.exposure.intake.cluster;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do when the brokers lack what this service needs. */
class IncompatibleBrokerFailureAnalyzer extends AbstractFailureAnalyzer<IncompatibleBrokerException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, IncompatibleBrokerException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
