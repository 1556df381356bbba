package dev.exposure.intake.cluster;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * Remembers the id of each topic, and for a while those that it had before. A broker that has not heard of a re-creation
 * yet still tells the former id, and must not make it look as if the topic had been created again as what it was.
 * Thread-safe.
 */
final class TopicIds {

    /** How long a former id is not believed: longer than any broker that lags behind is left alone. */
    private static final Duration MEMORY = Duration.ofHours(6);

    private final Clock clock;
    private final Map<String, Uuid> current = new HashMap<>();
    private final Map<Uuid, Instant> former = new HashMap<>();

    TopicIds(Clock clock) {
        this.clock = clock;
    }

    /**
     * Takes note of an answer.
     *
     * @throws KafkaException when the id is one that the topic had before
     */
    synchronized void told(String topic, Uuid id) {
        Instant now = clock.instant();
        former.values().removeIf(since -> since.isBefore(now.minus(MEMORY)));
        if (former.containsKey(id)) {
            throw new KafkaException("A broker still tells the former id of topic " + topic);
        }
        Uuid before = current.put(topic, id);
        if (before != null && !before.equals(id)) {
            former.put(before, now);
        }
    }
}
