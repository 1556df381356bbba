package dev.exposure.intake.poll;

import dev.exposure.intake.outage.FailureNotice;
import dev.exposure.intake.outage.FailureText;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Takes what goes wrong outside of the listener: polls that fail are said, at most once in 10 minutes, and go on; a poll whose
 * listener could not even be called is read again. Nothing is ever discarded.
 */
final class PollErrorHandler implements CommonErrorHandler {

    private static final Logger log = LoggerFactory.getLogger(PollErrorHandler.class);
    private static final Pattern UNREADABLE = Pattern.compile("fetching the next record from (\\S+)-(\\d{1,9})\\. ");

    private final PollRetry retry;
    private final Outages outages;
    private final FailureNotice notice = new FailureNotice();

    PollErrorHandler(PollRetry retry, Outages outages) {
        this.retry = retry;
        this.outages = outages;
    }

    @Override
    public void handleOtherException(
            Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batchListener) {
        TopicPartition unreadable = unreadable(thrown);
        if (unreadable == null) {
            outages.note(Outage.Stage.POLL, thrown);
            retry.laterFromPosition(consumer);
        } else {
            outages.noteUnreadable(thrown, PollRetry.UNREADABLE_PAUSE);
            retry.later(unreadable); // it would fail each poll, before the records of others are asked for
        }
    }

    /** Partition whose records can't be read, a corrupt batch for instance; the client names it in its message only. */
    private static @Nullable TopicPartition unreadable(Exception thrown) {
        Matcher message = UNREADABLE.matcher(String.valueOf(thrown.getMessage()));
        return message.find() ? new TopicPartition(message.group(1), Integer.parseInt(message.group(2))) : null;
    }

    @Override
    public void handleBatch(
            Exception thrown,
            ConsumerRecords<?, ?> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container,
            Runnable invokeListener) {
        if (notice.failed() != FailureNotice.Turn.SILENT) {
            log.warn("A poll could not be handed over and is read again: {}", FailureText.of(thrown));
        }
        retry.laterFromTheStart(records, Set.of(), consumer);
    }

    @Override
    public boolean isAckAfterHandle() {
        return false;
    }
}
