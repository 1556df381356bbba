package dev.exposure.intake.cluster;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The brokers lack what this service needs; retrying does not heal it, so the start fails. */
public final class IncompatibleBrokerException extends KafkaException {

    private static final long serialVersionUID = 1L;

    private final String action;

    IncompatibleBrokerException(String message, String action, @Nullable Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** What an operator can do about it. */
    public String action() {
        return action;
    }
}
