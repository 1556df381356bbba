package dev.exposure.intake.poll;

import dev.exposure.intake.outage.ConsumerThread;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that commits are put off, once when it begins and once when it is over. Every rebalance puts some off for a
 * moment; a rebalance that does not end is an outage. Called on the consumer threads, each for itself.
 */
final class CommitNotice {

    private static final Logger log = LoggerFactory.getLogger(CommitNotice.class);

    /** A rebalance takes seconds; for a silent member it waits until that member's session or poll interval ends. */
    private static final Duration LONG_REBALANCE = Duration.ofSeconds(30);

    private final Outages outages;
    private final LongSupplier nanoTime;
    private final Map<String, Long> since = new HashMap<>();
    private long begun;

    CommitNotice(Outages outages, LongSupplier nanoTime) {
        this.outages = outages;
        this.nanoTime = nanoTime;
    }

    /** Takes note that the calling thread's commit was refused and goes with the next one. */
    synchronized void putOff(KafkaException failure) {
        long now = nanoTime.getAsLong();
        if (since.isEmpty()) {
            begun = now;
            log.info("Commits are put off until the group takes them: {}", FailureText.of(failure));
        }
        long own = since.computeIfAbsent(thread(), key -> now);
        boolean rebalancing =
                failure instanceof RebalanceInProgressException || failure instanceof CommitFailedException;
        if (rebalancing && now - own >= LONG_REBALANCE.toNanos()) {
            outages.note(
                    Outage.Stage.REBALANCE,
                    new RebalanceInProgressException("the group has been rebalancing for "
                            + Duration.ofNanos(now - own).toSeconds() + " s: one of its members does not answer"));
        }
    }

    /** Takes note that a commit of the calling thread was accepted. */
    synchronized void committed() {
        outages.works(Outage.Stage.REBALANCE);
        if (since.remove(thread()) != null && since.isEmpty()) {
            log.info(
                    "Commits are taken again after {} s",
                    Duration.ofNanos(nanoTime.getAsLong() - begun).toSeconds());
        }
    }

    private static String thread() {
        return ConsumerThread.name(); // a consumer that replaces another one goes on for it
    }
}
