package dev.exposure.intake.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * Remembers the id of each topic, and for some hours the ids that it had before. A broker that does not know yet that a
 * topic was created again tells its former id; this must not look as if the old topic had come back. Thread-safe.
 */
final class TopicIds {

    /** How long a former id is refused; no broker stays in a cluster with older metadata than this. */
    private static final long MEMORY_NANOS = Duration.ofHours(6).toNanos();

    private final LongSupplier nanoTime;
    private final Map<String, Uuid> current = new HashMap<>();
    private final Map<Uuid, Long> former = new HashMap<>();

    TopicIds(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes note of an answer.
     *
     * @throws FormerTopicIdException when the id is one that the topic had before
     */
    synchronized void told(String topic, Uuid id) {
        long now = nanoTime.getAsLong();
        former.values().removeIf(since -> now - since > MEMORY_NANOS);
        if (former.containsKey(id)) {
            throw new FormerTopicIdException(topic);
        }
        Uuid before = current.put(topic, id);
        if (before != null && !before.equals(id)) {
            former.put(before, now);
        }
    }

    /** A broker has not heard yet that a topic was deleted and created again, so its answer can't be used. */
    static final class FormerTopicIdException extends KafkaException {

        private static final long serialVersionUID = 1L;

        private FormerTopicIdException(String topic) {
            super("A broker still tells the former id of topic " + topic);
        }
    }
}
