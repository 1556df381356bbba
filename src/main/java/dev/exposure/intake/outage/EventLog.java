package dev.exposure.intake.outage;

import dev.exposure.intake.partition.PartitionId;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Remembers the last 100 events, the newest last. A type that makes up more than half of them pushes out its own oldest only. Safe
 * for use by several threads.
 */
public final class EventLog {

    static final int CAPACITY = 100;

    private final Clock clock;
    private final Deque<IntakeEvent> events = new ArrayDeque<>();
    private final List<Consumer<IntakeEvent>> listeners = new CopyOnWriteArrayList<>();

    public EventLog(Clock clock) {
        this.clock = clock;
    }

    /** Adds an event about one partition, dated now. */
    public void add(EventType type, PartitionId partition, String detail) {
        add(new IntakeEvent(clock.instant(), type, partition.topic(), partition.partition(), detail));
    }

    /** Adds one event about at least one partition, dated now. */
    public void add(EventType type, Collection<PartitionId> partitions, String detail) {
        add(IntakeEvent.about(clock.instant(), type, partitions, detail));
    }

    /** Adds an event about a whole topic, dated now. */
    public void addForTopic(EventType type, String topic, String detail) {
        add(new IntakeEvent(clock.instant(), type, topic, null, detail));
    }

    /** Adds an event about the instance, dated now. */
    public void add(EventType type, String detail) {
        add(new IntakeEvent(clock.instant(), type, null, null, detail));
    }

    private void add(IntakeEvent event) {
        synchronized (events) {
            if (events.size() == CAPACITY) {
                events.removeFirstOccurrence(oldest());
            }
            events.addLast(event);
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    /** The one to make room; where one type makes up most, its oldest, so that it can't push out all others. */
    private IntakeEvent oldest() {
        Map<EventType, Long> counts =
                events.stream().collect(Collectors.groupingBy(IntakeEvent::type, Collectors.counting()));
        return events.stream()
                .filter(event -> counts.getOrDefault(event.type(), 0L) > CAPACITY / 2)
                .findFirst()
                .orElseGet(events::getFirst);
    }

    /** Calls the listener for each later event, on the thread that adds it; it must be quick and must not throw. */
    public void listen(Consumer<IntakeEvent> listener) {
        listeners.add(listener);
    }

    /** Events, oldest first; a copy. */
    public List<IntakeEvent> snapshot() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }
}
