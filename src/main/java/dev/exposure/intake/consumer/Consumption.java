package dev.exposure.intake.consumer;

import dev.exposure.intake.cluster.Partitions;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.PartitionWatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.kafka.common.Metric;
import org.springframework.kafka.listener.MessageListenerContainer;

/** Tells what consumption is doing at the moment. Reads state in memory only. Safe for use by any thread. */
public final class Consumption {

    /** What this instance is doing. */
    public enum State {
        /** Preparing the sink and pinning where the group starts. */
        SEEDING,
        /** Started, but not yet a member of the group. */
        JOINING,
        /** Member of the group, with partitions or without. */
        RUNNING,
        /** Paused by an operator. */
        PAUSED,
        /** Sink, dead-letter topic or brokers are down; tried again until they are back. */
        RETRYING,
        /** Stopped, or its consumer died. */
        STOPPED
    }

    private static final String LAST_POLL_METRIC = "last-poll-seconds-ago";

    private final IntakeStarter starter;
    private final ListenerContainer containers;
    private final PauseControl pause;
    private final ContainerRestart restart;
    private final Outages outages;
    private final PartitionWatch watch;
    private final Assignment assignment;
    private final Duration maxPollInterval;

    public Consumption(
            IntakeStarter starter,
            ListenerContainer containers,
            PauseControl pause,
            ContainerRestart restart,
            Outages outages,
            PartitionWatch watch,
            Assignment assignment,
            Duration maxPollInterval) {
        this.starter = starter;
        this.containers = containers;
        this.pause = pause;
        this.restart = restart;
        this.outages = outages;
        this.watch = watch;
        this.assignment = assignment;
        this.maxPollInterval = maxPollInterval;
    }

    /** What this instance is doing. */
    public State state() {
        if (!starter.isSeeded()) {
            return starter.isRunning() ? State.SEEDING : State.STOPPED;
        }
        if (restart.isPending()) {
            return State.RETRYING;
        }
        MessageListenerContainer container = containers.get();
        if (!container.isRunning() || !container.isInExpectedState()) {
            return State.STOPPED;
        }
        if (pause.isPausedByOperator()) {
            return State.PAUSED; // even if something was down before: nothing is tried again while paused
        }
        boolean failing = outages.current().stream()
                .anyMatch(outage -> outage.stage() != Outage.Stage.TOPIC); // the other topics are consumed
        if (failing || watch.unreachable() != null || pause.isWaiting()) {
            return State.RETRYING;
        }
        return assignment.hasJoined() ? State.RUNNING : State.JOINING;
    }

    /**
     * Whether Kafka answers questions about the topics. It is asked at intervals while records are taken, and before that to
     * find the start. Does not tell whether each partition can be read.
     */
    public boolean isKafkaAnswering() {
        if (starter.isSeeded()) {
            return watch.unreachable() == null;
        }
        return outages.current().stream()
                .noneMatch(outage -> outage.stage() == Outage.Stage.POSITIONS
                        || outage.stage() == Outage.Stage.TOPIC); // no topic exists
    }

    /** Whether the partition is paused, by an operator or until its records are tried again. */
    public boolean isPaused(PartitionId id) {
        return pause.isPaused(Partitions.kafka(id));
    }

    /** What does not work now; empty if everything works. */
    public List<Outage> outages() {
        return outages.current();
    }

    /** Whether the start is pinned and this instance has joined the group. */
    public boolean isReady() {
        return starter.isSeeded() && assignment.hasJoined();
    }

    /**
     * Why a restart of this process would help: a consumer has died, or its poll loop hangs. Empty if it would not help.
     * An outage of brokers or sink is never a reason.
     */
    public String causeOfDeath() {
        if (restart.isPending()) {
            return ""; // new consumers are on their way
        }
        MessageListenerContainer container = containers.get();
        if (!container.isInExpectedState()) {
            return "a consumer stopped by itself";
        }
        if (!container.isRunning()) {
            return "";
        }
        OptionalDouble longest = container.metrics().values().stream()
                .map(Consumption::secondsSinceLastPoll)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .max();
        if (longest.isPresent() && longest.getAsDouble() > maxPollInterval.toSeconds()) {
            return "a consumer has not polled for " + (long) longest.getAsDouble() + " s";
        }
        return "";
    }

    private static OptionalDouble secondsSinceLastPoll(Map<?, ? extends Metric> metrics) {
        return metrics.values().stream()
                .filter(metric -> metric.metricName().name().equals(LAST_POLL_METRIC))
                .map(Metric::metricValue)
                .filter(Number.class::isInstance)
                .mapToDouble(value -> ((Number) value).doubleValue())
                .findFirst();
    }
}
