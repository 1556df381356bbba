package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.consumer.ContainerRestart;
import dev.exposure.intake.consumer.ListenerContainer;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.position.Assignment;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ListenerUtils;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Handles failures outside of the listener: of polls, joins, rebalance callbacks, logins. They are reported as one
 * outage, the consumer's thread waits before it polls again, and a client that can't continue is replaced by a new one.
 * No record is ever discarded. The outage is over once the brokers have accepted a commit of the consumer, or have kept
 * it as a member for a while. Called on the consumer threads.
 */
final class ClientFailures {

    private static final Pattern UNREADABLE = Pattern.compile("fetching the next record from (\\S+)-(\\d{1,9})\\. ");

    /** After these, a client can't continue, in either group protocol. */
    private static final Set<Class<? extends KafkaException>> FATAL = Set.of(
            FencedInstanceIdException.class,
            UnreleasedInstanceIdException.class,
            GroupMaxSizeReachedException.class,
            InvalidRequestException.class,
            InvalidRegularExpression.class,
            UnsupportedAssignorException.class,
            UnsupportedVersionException.class);

    /** A member without partitions has nothing to commit; it counts as working when nothing has failed for this long. */
    private static final Duration QUIET = Duration.ofSeconds(30);

    private final ListenerContainer containers;
    private final PollRetry retry;
    private final Outages outages;
    private final ContainerRestart restart;
    private final Assignment assignment;
    private final GroupProtocol protocol;

    ClientFailures(
            ListenerContainer containers,
            PollRetry retry,
            Outages outages,
            ContainerRestart restart,
            Assignment assignment,
            GroupProtocol protocol) {
        this.containers = containers;
        this.retry = retry;
        this.outages = outages;
        this.restart = restart;
        this.assignment = assignment;
        this.protocol = protocol;
    }

    /** The container's error handler; no bean, because Spring Boot would give that to an application's containers too. */
    CommonErrorHandler errorHandler() {
        return new CommonErrorHandler() {
            @Override
            public void handleOtherException(
                    Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batch) {
                pollFailed(thrown, consumer, container);
            }

            @Override
            public void handleBatch(
                    Exception thrown,
                    ConsumerRecords<?, ?> records,
                    Consumer<?, ?> consumer,
                    MessageListenerContainer container,
                    Runnable invokeListener) {
                outages.note(Outage.Stage.RECORDS, thrown); // the listener could not even be called
                retry.laterFromTheStart(records, Set.of(), consumer);
            }

            @Override
            public boolean isAckAfterHandle() {
                return false;
            }
        };
    }

    private void pollFailed(Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer container) {
        TopicPartition unreadable = unreadable(thrown);
        if (unreadable != null) {
            outages.noteUnreadable(thrown, PollRetry.UNREADABLE_PAUSE);
            retry.later(unreadable); // otherwise each poll would fail before other partitions are fetched
            return;
        }
        outages.note(Outage.Stage.POLL, thrown);
        retry.backToPosition(consumer);
        if (isFatal(thrown) || hasLeftGroup(consumer)) {
            restart.request();
        } else {
            restart.requestUnlessProven();
        }
        sleep(retry.nextDelay(), container);
    }

    /** Partition whose records can't be read, a corrupt batch for instance; the client names it in its message only. */
    private static @Nullable TopicPartition unreadable(Exception thrown) {
        Matcher message = UNREADABLE.matcher(String.valueOf(thrown.getMessage()));
        return message.find() ? new TopicPartition(message.group(1), Integer.parseInt(message.group(2))) : null;
    }

    /**
     * Whether the client has left the group for good: with the broker-driven protocol, it gives up its partitions at
     * any unexpected answer to its heartbeat and never rejoins. It has reported them as lost by then, but may still
     * list them.
     */
    private boolean hasLeftGroup(Consumer<?, ?> consumer) {
        return protocol == GroupProtocol.CONSUMER
                && consumer.assignment().stream().allMatch(it -> assignment.find(Partitions.id(it)) == null);
    }

    /** Whether the client can't continue; a closed client throws an {@link IllegalStateException}. */
    private static boolean isFatal(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (FATAL.contains(cause.getClass())) {
                return true;
            }
        }
        return thrown instanceof IllegalStateException;
    }

    /** Waits: even a paused consumer polls, and would fail a thousand times a second. Ends when the container stops. */
    private static void sleep(Duration delay, MessageListenerContainer container) {
        try {
            ListenerUtils.stoppableSleep(container, delay.toMillis());
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** When brokers refuse a running consumer, the container tries again by itself and does not call its error handler. */
    @EventListener
    void refused(ConsumerRetryAuthEvent event) {
        MessageListenerContainer container = event.getContainer(MessageListenerContainer.class);
        if (!containers.is(container)) {
            return;
        }
        Duration pause = container.getContainerProperties().getAuthExceptionRetryInterval();
        // The event does not hold the exception; the watch, which asks the same brokers, shows it. The container's
        // event for a success proves nothing: it also comes after a poll without an answer.
        outages.noteRefused(
                event.getReason() == ConsumerRetryAuthEvent.Reason.AUTHENTICATION
                        ? new AuthenticationException(
                                "the brokers and this service don't accept each other's credentials")
                        : new AuthorizationException("the brokers deny this service's user what it needs to consume"),
                Objects.requireNonNullElse(pause, Duration.ZERO));
        restart.requestUnlessProven();
    }

    /**
     * Takes note that a commit of the calling thread's consumer was refused, because it no longer has a right that it
     * needs. Without READ on the group its heartbeats are refused too; the client does not report that, and never
     * learns that it is no longer a member.
     */
    void commitRefused(KafkaException failure) {
        outages.note(Outage.Stage.POLL, failure);
        restart.requestUnlessProven();
    }

    /** The container ends a consumer after a failure that it takes for fatal; an {@link Error} ends the process instead. */
    @EventListener
    void stopped(ConsumerStoppedEvent event) {
        ConsumerStoppedEvent.Reason reason = event.getReason();
        if (!containers.is(event.getContainer(MessageListenerContainer.class))
                || reason == ConsumerStoppedEvent.Reason.NORMAL
                || reason == ConsumerStoppedEvent.Reason.ERROR) {
            return;
        }
        outages.note(
                Outage.Stage.POLL,
                reason == ConsumerStoppedEvent.Reason.FENCED
                        ? new FencedInstanceIdException("another consumer has the same group.instance.id")
                        : new KafkaException("the consumer stopped by itself (" + reason + ")"));
        restart.request();
    }

    /** Whether something has failed for the calling thread, and has not been seen to work since. */
    boolean isUnproven() {
        return outages.isFailing(Outage.Stage.POLL);
    }

    /** Takes note that the brokers have accepted a commit of the calling thread's consumer. */
    void proven() {
        outages.works(Outage.Stage.POLL);
        if (!isUnproven()) {
            retry.succeeded();
            restart.proven();
        }
    }

    /** Takes note that the calling thread's consumer is a member of the group and has nothing to commit. */
    void isMember() {
        if (outages.isQuiet(Outage.Stage.POLL, QUIET)) {
            proven();
        }
    }
}
