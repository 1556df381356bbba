package dev.exposure.intake.consume;

import dev.exposure.intake.position.FailureText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Takes what goes wrong outside of the listener: polls that fail are said, at most once a minute, and go on; a poll whose
 * listener could not even be called is read again. Nothing is ever discarded.
 */
final class PollErrorHandler implements CommonErrorHandler {

    private static final Logger log = LoggerFactory.getLogger(PollErrorHandler.class);
    private static final Duration REMINDER = Duration.ofMinutes(1);

    private final PollRetry retry;
    private final Outages outages;
    private final Clock clock;
    private Instant lastSaid = Instant.EPOCH;

    PollErrorHandler(PollRetry retry, Outages outages, Clock clock) {
        this.retry = retry;
        this.outages = outages;
        this.clock = clock;
    }

    @Override
    public void handleOtherException(
            Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batchListener) {
        outages.note(Outage.Stage.POLL, thrown);
        // Not at once: a record that can't be fetched fails every poll, and the pause lets the other partitions
        // through.
        retry.laterFromTheBook(consumer);
    }

    @Override
    public void handleBatch(
            Exception thrown,
            ConsumerRecords<?, ?> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container,
            Runnable invokeListener) {
        say("A poll could not be handed over and is read again", thrown);
        retry.laterFromTheStart(records, Set.of(), consumer);
    }

    @Override
    public boolean isAckAfterHandle() {
        return false;
    }

    private synchronized void say(String what, Exception thrown) {
        Instant now = clock.instant();
        if (lastSaid.isBefore(now.minus(REMINDER))) {
            lastSaid = now;
            log.warn("{}: {}", what, FailureText.of(thrown));
        }
    }
}
