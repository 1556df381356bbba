package dev.exposure.intake.poll;

import dev.exposure.intake.cluster.CommitMetadata;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.consumer.Consumption;
import dev.exposure.intake.consumer.ContainerRestart;
import dev.exposure.intake.consumer.FakeContainer;
import dev.exposure.intake.consumer.IntakeStarter;
import dev.exposure.intake.consumer.OperatorPause;
import dev.exposure.intake.consumer.PauseControl;
import dev.exposure.intake.consumer.SoleMember;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.position.Assignment;
import dev.exposure.intake.position.FakeCluster;
import dev.exposure.intake.position.PartitionWatch;
import dev.exposure.intake.position.PositionFixture;
import dev.exposure.intake.testing.TestScheduler;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.util.backoff.ExponentialBackOff;

/** Start and state of consumption as the service wires them, on a container, a cluster and a sink that a test controls. */
public final class PollFixture implements AutoCloseable {

    public final PositionFixture position = new PositionFixture();
    public final FakeContainer container = new FakeContainer();
    public final OperatorPause operatorPause;
    final TestScheduler scheduler = position.scheduler;
    public final PauseControl pause = new PauseControl(container.asListenerContainer(), scheduler);
    public final Outages outages = position.outages;
    public final PartitionWatch watch = position.watch();
    public final SoleMember members = members(position, () -> Set.of("client-0"));
    public final IntakeStarter starter;
    final ContainerRestart restart =
            new ContainerRestart(container.asListenerContainer(), scheduler, outages, new ExponentialBackOff(5, 2));
    public final Consumption consumption;

    public PollFixture() {
        this(GroupProtocol.CLASSIC);
    }

    public PollFixture(GroupProtocol protocol) {
        position.sampler.start();
        operatorPause = new OperatorPause(pause, position.events);
        starter = new IntakeStarter(
                position.sink,
                position.brokerCheck(protocol),
                position.addresses,
                position.seeder(),
                members,
                () -> {},
                watch,
                container.asListenerContainer(),
                protocol,
                outages,
                scheduler,
                Duration.ofMillis(5));
        consumption = new Consumption(
                starter,
                container.asListenerContainer(),
                pause,
                restart,
                outages,
                watch,
                position.assignment,
                Duration.ofMinutes(5));
    }

    /** Check of an instance that has the group to itself, or need not. */
    public static SoleMember alone(PositionFixture position) {
        return members(position, Set::of);
    }

    /** Check of an instance with consumers of these client ids. */
    public static SoleMember members(PositionFixture position, Supplier<Set<String>> clientIds) {
        return new SoleMember(
                position.sink, position.cluster.reader(), PositionFixture.TIMEOUT, clientIds, FakeCluster.GROUP, null);
    }

    /** What becomes of failed polls, with a restart that a test does not wait for. */
    static ClientFailures clientFailures(
            FakeContainer container, TestScheduler scheduler, PollRetry retry, Outages outages) {
        ContainerRestart restart = new ContainerRestart(
                container.asListenerContainer(), scheduler, outages, new ExponentialBackOff(600_000, 2));
        return new ClientFailures(
                container.asListenerContainer(),
                retry,
                outages,
                restart,
                new Assignment(Clock.systemUTC()),
                GroupProtocol.CLASSIC);
    }

    /** Committer by the clock of the fixture. */
    static OffsetCommitter committer(PositionFixture position, ClientFailures clients, Outages outages) {
        return new OffsetCommitter(
                position.assignment,
                clients,
                new CommitNotice(outages, position.clock::nanoTime),
                false,
                Duration.ofSeconds(1),
                position.clock::nanoTime);
    }

    /** Creates the topic; the group has read it before, so that there is nothing to seed. */
    public void createKnownTopic() {
        FakeCluster cluster = position.cluster;
        cluster.create(PositionFixture.TOPIC, 2);
        String metadata = new CommitMetadata(cluster.logId(PositionFixture.TOPIC), false).text();
        cluster.commit(PositionFixture.TOPIC, 0, 0, 0, metadata);
    }

    /** Lets one step of the records' way fail. */
    public void fail(Outage.Stage stage, RuntimeException failure) {
        try {
            outages.attempt(stage, () -> {
                throw failure;
            });
        } catch (StageFailure ex) {
            return;
        }
        throw new IllegalStateException("The failure was swallowed");
    }

    /** Lets one step of the records' way succeed. */
    public void succeed(Outage.Stage stage) {
        outages.attempt(stage, () -> stage);
    }

    @Override
    public void close() {
        starter.stop();
        position.sampler.stop();
        pause.close();
        scheduler.shutdown();
    }
}
