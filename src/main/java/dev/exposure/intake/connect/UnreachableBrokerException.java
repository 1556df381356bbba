package dev.exposure.intake.connect;

import dev.exposure.intake.outage.SafeMessage;
import org.apache.kafka.common.KafkaException;

/** The cluster does not answer; says which addresses can't be reached. */
final class UnreachableBrokerException extends KafkaException implements SafeMessage {

    private static final long serialVersionUID = 1L;

    UnreachableBrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
