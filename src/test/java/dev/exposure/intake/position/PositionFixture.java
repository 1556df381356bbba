package dev.exposure.intake.position;

import dev.exposure.intake.cluster.BrokerCheck;
import dev.exposure.intake.cluster.GroupOwners;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.partition.InitialPosition;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.FakeDelivery;
import dev.exposure.intake.testing.MutableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;

/** The position fixture as the service wires it, on a cluster, a sink and a clock that a test controls. */
public final class PositionFixture {

    public static final String TOPIC = "ads";

    public final MutableClock clock = new MutableClock();
    public final FakeCluster cluster = new FakeCluster();
    public final FakeDelivery sink = new FakeDelivery();
    public final MeterRegistry registry = new SimpleMeterRegistry();
    public final EventLog events = new EventLog(clock);
    public final Assignment assignment = new Assignment(clock);
    public final PartitionStarts starts;
    public final LossCheck losses;
    public final TopicIdCheck logs;
    public final LogEnds ends = new LogEnds();
    public final Truncations truncations;
    public final GroupOwners owners = new GroupOwners(cluster, cluster.reader(), FakeCluster.GROUP);
    final PendingSeeds pendingSeeds = new PendingSeeds();
    final DiscoveredPartitions discovered = new DiscoveredPartitions(clock, events);

    public PositionFixture() {
        StartReporter announcer = new StartReporter(events, new PositionMeters(registry, assignment, List.of(TOPIC)));
        losses = new LossCheck(cluster.reader(), assignment, announcer);
        logs = new TopicIdCheck(cluster.reader(), assignment);
        truncations = new Truncations(assignment, ends, announcer);
        starts = new PartitionStarts(
                new StartFactsReader(cluster.reader(), sink, pendingSeeds),
                sink,
                assignment,
                discovered,
                announcer,
                PositionConfiguration.CLUSTER_TIMEOUT,
                clock);
    }

    /** Watch that looks every few milliseconds once it is started. */
    public PartitionWatch watch() {
        IntakeProperties properties =
                new IntakeProperties(List.of(TOPIC), new InitialPosition.Earliest(), Duration.ofMillis(5));
        return new PartitionWatch(cluster.reader(), owners, properties, discovered, starts, events, clock);
    }

    /** Seeder for the topic. */
    public GroupSeeder seeder() {
        IntakeProperties properties =
                new IntakeProperties(List.of(TOPIC), new InitialPosition.Earliest(), Duration.ofSeconds(3));
        return new GroupSeeder(
                cluster,
                cluster.reader(),
                FakeCluster.GROUP,
                properties,
                sink,
                discovered,
                pendingSeeds,
                events,
                clock);
    }

    /** Check of the cluster's abilities. */
    public BrokerCheck brokerCheck(GroupProtocol protocol) {
        return new BrokerCheck(cluster, cluster.reader(), protocol);
    }

    /** Notes a partition as owned by the consumer, its start not decided yet. */
    public void assign(PartitionId id, String consumer) {
        assignment.assigned(id, consumer, clock.instant());
    }

    /** Notes a partition as owned and started. */
    public void own(PartitionId id, LogId log, long offset, StartReason reason) {
        assign(id, "client-0");
        assignment.started(id, new Start(offset, Position.NO_EPOCH, reason, 0, null), log, null);
    }

    /** Notes a partition as given up. */
    public void remove(PartitionId id) {
        assignment.removed(List.of(id));
    }
}
