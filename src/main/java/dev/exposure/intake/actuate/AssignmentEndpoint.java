package dev.exposure.intake.actuate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.consumer.Consumption;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.EventType;
import dev.exposure.intake.outage.IntakeEvent;
import dev.exposure.intake.partition.PartitionRange;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.OwnedPartition;
import dev.exposure.intake.position.Start;
import dev.exposure.intake.position.StartReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Shows what this instance owns, where each partition started and why, and what happened lately. */
@Endpoint(id = "assignment")
class AssignmentEndpoint {

    /**
     * Body of the answer; {@code instance} is the prefix of the client ids of its consumers. Actuator's own mapper
     * writes it, so {@code spring.jackson.*} can't change it.
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Answer(
            String groupId,
            String instance,
            String protocol,
            Consumption.State state,
            List<Partition> partitions,
            List<Event> events)
            implements OperationResponseBody {}

    /** One owned partition; values that are not known yet are null. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Partition(
            String topic,
            int partition,
            String consumer,
            Instant assignedAt,
            @Nullable Long startOffset,
            @Nullable StartReason startReason,
            @Nullable Long position,
            @Nullable Long committed,
            boolean paused,
            Instant discoveredAt,
            @Nullable Instant firstRecordAt) {}

    /** One event; topic and partition are null unless the event is about a single one. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Event(
            Instant at,
            EventType type,
            @Nullable String topic,
            @Nullable Integer partition,
            List<PartitionRange> partitions,
            String detail) {}

    private final String groupId;
    private final String instance;
    private final GroupProtocol protocol;
    private final Consumption consumption;
    private final Assignment assignment;
    private final EventLog events;

    /**
     * Endpoint of this instance.
     *
     * @param instance prefix of the client ids of its consumers
     */
    AssignmentEndpoint(
            String groupId,
            String instance,
            GroupProtocol protocol,
            Consumption consumption,
            Assignment assignment,
            EventLog events) {
        this.groupId = groupId;
        this.instance = instance;
        this.protocol = protocol;
        this.consumption = consumption;
        this.assignment = assignment;
        this.events = events;
    }

    @ReadOperation
    Answer assignment() {
        return new Answer(
                groupId,
                instance,
                protocol.text(),
                consumption.state(),
                assignment.partitions().stream()
                        .map(owned -> partition(owned, consumption.isPaused(owned.id())))
                        .toList(),
                events.snapshot().stream().map(AssignmentEndpoint::event).toList());
    }

    private static Partition partition(OwnedPartition owned, boolean paused) {
        Start start = owned.start();
        return new Partition(
                owned.id().topic(),
                owned.id().partition(),
                owned.consumer(),
                owned.assignedAt(),
                start == null ? null : start.offset(),
                start == null ? null : start.reason(),
                owned.position(),
                owned.committed(),
                paused,
                owned.discoveredAt(),
                owned.firstRecordAt());
    }

    private static Event event(IntakeEvent event) {
        return new Event(
                event.at(), event.type(), event.topic(), event.partition(), event.partitions(), event.detail());
    }
}
