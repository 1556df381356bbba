package dev.exposure.intake.poll;

import dev.exposure.intake.consumer.ListenerContainer;
import io.micrometer.core.instrument.Timer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.event.ListenerContainerIdleEvent;

/**
 * The loop that processes each poll: settles its partitions' starts, decodes the records, publishes bad ones as dead
 * letters, delivers the good ones, and commits the offsets. A poll that fails is read again later.
 */
class ExposureListener {

    private final PollReader reader;
    private final PollDelivery delivery;
    private final OffsetCommitter committer;
    private final PollRetry retry;
    private final IdlePartitions idle;
    private final OutcomeMeters meters;

    ExposureListener(
            PollReader reader,
            PollDelivery delivery,
            OffsetCommitter committer,
            PollRetry retry,
            IdlePartitions idle,
            OutcomeMeters meters) {
        this.reader = reader;
        this.delivery = delivery;
        this.committer = committer;
        this.retry = retry;
        this.idle = idle;
        this.meters = meters;
    }

    @KafkaListener(
            id = ListenerContainer.ID,
            idIsGroup = false,
            containerFactory = ListenerContainer.FACTORY,
            topics = "#{@intakeTopics}",
            batch = "true",
            autoStartup = "false")
    void onPoll(ConsumerRecords<byte[], byte[]> records, Consumer<byte[], byte[]> consumer) {
        Timer.Sample time = meters.startBatch();
        PolledRecords polled = new PolledRecords(records, consumer);
        Poll poll;
        try {
            poll = reader.read(polled);
            delivery.deadLetter(poll);
            delivery.deliver(poll, consumer);
        } catch (RuntimeException ex) {
            retry.readAgain(polled, ex);
            return;
        }
        retry.succeeded();
        committer.delivered(poll.next(), consumer);
        meters.endBatch(time);
        idle.look(consumer);
    }

    /** Does the work that waits for a poll, when no poll brings anything. */
    @EventListener(condition = ListenerContainer.IS_OURS)
    void onIdle(ListenerContainerIdleEvent event) {
        idle.onIdle(event.getConsumer());
    }
}
