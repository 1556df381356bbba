package dev.exposure.intake.outage;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;

/** Topics to consume do not exist. They may be created at any time, so the service waits for them. */
public final class MissingTopicException extends KafkaException {

    private static final long serialVersionUID = 1L;

    /** Names the one that is missing. */
    public MissingTopicException(String topic) {
        this(Set.of(topic));
    }

    /** Names what is missing. */
    public MissingTopicException(Collection<String> topics) {
        super((topics.size() == 1 ? "Topic " : "Topics ")
                + new TreeSet<>(topics).stream().map(topic -> "'" + topic + "'").collect(Collectors.joining(", "))
                + " (intake.topics) "
                + (topics.size() == 1 ? "does" : "do")
                + " not exist, or this user may not describe "
                + (topics.size() == 1 ? "it" : "them"));
    }
}
