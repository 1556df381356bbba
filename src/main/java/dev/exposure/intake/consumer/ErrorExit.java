package dev.exposure.intake.consumer;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.OwnedPartition;
import java.util.Collection;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.event.ConsumerStoppingEvent;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Ends the process when an {@link Error}, such as too little memory, has ended a consumer: the rest of the process can't
 * be trusted to consume. Logs the consumer's offsets, so that an operator can look at the records there.
 */
final class ErrorExit {

    private static final Logger log = LoggerFactory.getLogger(ErrorExit.class);
    private static final int MOST_NAMED = 20;

    private final ListenerContainer containers;
    private final Assignment assignment;
    private final ProcessExit exit;
    private final ThreadLocal<String> places = new ThreadLocal<>();

    ErrorExit(ListenerContainer containers, Assignment assignment, ProcessExit exit) {
        this.containers = containers;
        this.assignment = assignment;
        this.exit = exit;
    }

    /** Notes the consumer's offsets while its partitions are still known; on the consumer's thread. */
    @EventListener
    void stopping(ConsumerStoppingEvent event) {
        Collection<TopicPartition> partitions = event.getPartitions();
        if (containers.is(event.getContainer(MessageListenerContainer.class)) && partitions != null) {
            places.set(partitions.stream().limit(MOST_NAMED).map(this::place).collect(Collectors.joining(", ")));
        }
    }

    private String place(TopicPartition partition) {
        OwnedPartition owned = assignment.find(Partitions.id(partition));
        return partition + "@" + (owned == null || owned.position() == null ? "?" : owned.position());
    }

    /** Ends the process if an Error ended the consumer; on the consumer's thread. */
    @EventListener
    void stopped(ConsumerStoppedEvent event) {
        if (!containers.is(event.getContainer(MessageListenerContainer.class))) {
            return;
        }
        if (event.getReason() == ConsumerStoppedEvent.Reason.ERROR) {
            log.error(
                    "A consumer was ended by an Error (logged before this) while it was at {}; the process ends. If memory"
                            + " was short, records there are large: give the JVM more, or lower intake.poll.max-bytes",
                    places.get());
            exit.exit(ProcessExit.CONSUMER_ERROR);
        }
        places.remove();
    }
}
