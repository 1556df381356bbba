package dev.exposure.intake.position;

import dev.exposure.intake.sink.LogId;
import dev.exposure.intake.sink.PartitionId;
import dev.exposure.intake.sink.StoredPosition;
import dev.exposure.intake.testing.FakeSink;
import dev.exposure.intake.testing.MutableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;

/** The position room as the service wires it, on a cluster, a sink and a clock that a test controls. */
public final class PositionRoom {

    public static final String TOPIC = "ads";

    public final MutableClock clock = new MutableClock();
    public final FakeCluster cluster = new FakeCluster();
    public final FakeSink sink = new FakeSink();
    public final MeterRegistry registry = new SimpleMeterRegistry();
    public final EventLog events = new EventLog(clock);
    public final AssignmentBook book = new AssignmentBook(clock);
    public final AssignmentGuard guard;
    public final LossCheck losses;
    public final LogCheck logs;
    public final LogEnds ends = new LogEnds();
    public final Truncations truncations;
    public final GroupOwners owners = new GroupOwners(cluster, cluster.reader(), FakeCluster.GROUP);
    final InitialPins pins = new InitialPins();
    final PartitionSightings sightings = new PartitionSightings(clock, events);

    public PositionRoom() {
        StartAnnouncer announcer = new StartAnnouncer(events, new PositionMeters(registry, book, List.of(TOPIC)));
        losses = new LossCheck(cluster.reader(), book, announcer);
        logs = new LogCheck(cluster.reader(), book);
        truncations = new Truncations(book, ends, announcer);
        guard = new AssignmentGuard(
                new FactFinder(cluster.reader(), sink, pins),
                sink,
                book,
                sightings,
                announcer,
                PositionConfiguration.CLUSTER_TIMEOUT,
                clock);
    }

    /** Watch that looks every few milliseconds once it is started. */
    public PartitionWatch watch() {
        IntakeProperties properties =
                new IntakeProperties(List.of(TOPIC), new InitialPosition.Earliest(), Duration.ofMillis(5));
        return new PartitionWatch(cluster.reader(), owners, properties, sightings, guard, events, clock);
    }

    /** Seeder for the topic. */
    public GroupSeeder seeder() {
        IntakeProperties properties =
                new IntakeProperties(List.of(TOPIC), new InitialPosition.Earliest(), Duration.ofSeconds(3));
        return new GroupSeeder(
                cluster, cluster.reader(), FakeCluster.GROUP, properties, sink, sightings, pins, events, clock);
    }

    /** Check of the cluster's abilities. */
    public BrokerCheck brokerCheck(GroupProtocol protocol) {
        return new BrokerCheck(cluster, cluster.reader(), protocol);
    }

    /** Notes a partition as owned by the consumer, its start not decided yet. */
    public void assign(PartitionId id, String consumer) {
        book.assigned(id, consumer, clock.instant());
    }

    /** Notes a partition as owned and started. */
    public void own(PartitionId id, LogId log, long offset, StartReason reason) {
        assign(id, "client-0");
        book.started(id, new Start(offset, StoredPosition.NO_EPOCH, reason, 0, null), log, null);
    }

    /** Notes a partition as given up. */
    public void remove(PartitionId id) {
        book.removed(List.of(id));
    }
}
