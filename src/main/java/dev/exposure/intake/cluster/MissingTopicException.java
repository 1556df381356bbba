package dev.exposure.intake.cluster;

import org.apache.kafka.common.KafkaException;

/** A topic that is to be consumed does not exist; it may be created any time, so this is waited for. */
public final class MissingTopicException extends KafkaException {

    private static final long serialVersionUID = 1L;

    MissingTopicException(String topic) {
        super("Topic '" + topic + "' (intake.topics) does not exist, or this user may not describe it");
    }
}
