package dev.exposure.intake.position;

import dev.exposure.intake.cluster.BrokerCheck;
import dev.exposure.intake.cluster.ClusterSampler;
import dev.exposure.intake.cluster.Deadline;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.cluster.MetadataUpdates;
import dev.exposure.intake.cluster.Topics;
import dev.exposure.intake.connect.BrokerAddresses;
import dev.exposure.intake.outage.EventLog;
import dev.exposure.intake.outage.MissingTopics;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.partition.InitialPosition;
import dev.exposure.intake.partition.IntakeProperties;
import dev.exposure.intake.partition.LogId;
import dev.exposure.intake.partition.PartitionId;
import dev.exposure.intake.partition.Position;
import dev.exposure.intake.testing.FakeDelivery;
import dev.exposure.intake.testing.MutableClock;
import dev.exposure.intake.testing.TestScheduler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;

/** The position fixture as the service wires it, on a cluster, a sink and a clock that a test controls. */
public final class PositionFixture {

    public static final String TOPIC = "ads";
    public static final Duration TIMEOUT = PositionConfiguration.CLUSTER_TIMEOUT;

    public final MutableClock clock = new MutableClock();
    public final FakeCluster cluster = new FakeCluster();
    public final FakeDelivery sink = new FakeDelivery();
    public final MeterRegistry registry = new SimpleMeterRegistry();
    public final EventLog events = new EventLog(clock);
    public final Assignment assignment = new Assignment(clock);
    public final PartitionStarts starts;
    public final LossCheck losses;
    public final TopicIdCheck logs;
    public final MetadataUpdates updates = new MetadataUpdates();
    public final LogEnds ends = new LogEnds();
    public final Truncations truncations;
    public final TestScheduler scheduler = new TestScheduler();
    public final BrokerAddresses addresses = new BrokerAddresses(HashMap::new, List.of(), System::nanoTime);
    public final ClusterSampler sampler =
            new ClusterSampler(cluster.reader(), addresses, List.of(TOPIC), TIMEOUT, Duration.ofMillis(5), scheduler);
    public final Outages outages = new Outages(events, clock, clock::nanoTime);
    final MissingTopics missingTopics = new MissingTopics(outages, registry);
    final PendingSeeds pendingSeeds = new PendingSeeds();
    final DiscoveredPartitions discovered = new DiscoveredPartitions(clock, events);

    public PositionFixture() {
        this(TIMEOUT);
    }

    /** Fixture whose starts wait this long for the cluster. */
    PositionFixture(Duration startTimeout) {
        StartReporter reporter =
                new StartReporter(events, new PositionMeters(registry, assignment, List.of(TOPIC)), clock);
        losses = new LossCheck(cluster.reader(), TIMEOUT, assignment, reporter);
        logs = new TopicIdCheck(cluster.reader(), TIMEOUT, assignment, updates);
        truncations = new Truncations(assignment, ends, reporter);
        starts = new PartitionStarts(
                new StartFactsReader(cluster.reader(), sink, pendingSeeds, discovered),
                sink,
                assignment,
                discovered,
                reporter,
                startTimeout,
                new UndecidedStarts(clock::nanoTime));
    }

    /** The topic as the cluster has it now. */
    Topics topics() {
        return cluster.reader().topics(List.of(TOPIC), new Deadline(TIMEOUT));
    }

    /** Watch of a sampler that samples every few milliseconds once it is started. */
    public PartitionWatch watch() {
        return new PartitionWatch(
                sampler, Duration.ofMillis(5), discovered, missingTopics, starts, events, clock, clock::nanoTime);
    }

    /** Seeder for the topic. */
    public GroupSeeder seeder() {
        IntakeProperties properties =
                new IntakeProperties(List.of(TOPIC), new InitialPosition.Earliest(), Duration.ofSeconds(3));
        return new GroupSeeder(
                cluster,
                cluster.reader(),
                TIMEOUT,
                FakeCluster.GROUP,
                properties,
                sink,
                discovered,
                missingTopics,
                pendingSeeds,
                events,
                clock);
    }

    /** Check of the cluster's abilities. */
    public BrokerCheck brokerCheck(GroupProtocol protocol) {
        return new BrokerCheck(cluster, TIMEOUT, protocol, updates);
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
