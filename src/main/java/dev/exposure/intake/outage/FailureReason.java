package dev.exposure.intake.outage;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Puts a failure into a few words, without its message: that may quote a login, a token or a server's answer. */
public final class FailureReason {

    private FailureReason() {}

    public static String of(Throwable failure) {
        return words(failure) + " (" + failure.getClass().getSimpleName() + ")";
    }

    private static String words(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no answer from the cluster in time";
        }
        if (failure instanceof AuthenticationException) {
            return "the cluster refused the login";
        }
        if (failure instanceof AuthorizationException) {
            return "the cluster denied access";
        }
        if (failure instanceof UnknownTopicOrPartitionException) {
            return "does not exist";
        }
        if (failure instanceof InvalidTopicException) {
            return "not a name that a topic can have";
        }
        return "unexpected failure";
    }
}
