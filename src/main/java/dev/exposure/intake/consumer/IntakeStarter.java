package dev.exposure.intake.consumer;

import dev.exposure.intake.cluster.BrokerCheck;
import dev.exposure.intake.cluster.GroupDescription;
import dev.exposure.intake.cluster.GroupProtocol;
import dev.exposure.intake.cluster.IncompatibleBrokerException;
import dev.exposure.intake.connect.BrokerAddresses;
import dev.exposure.intake.delivery.Delivery;
import dev.exposure.intake.delivery.OtherGroupException;
import dev.exposure.intake.outage.Outage;
import dev.exposure.intake.outage.Outages;
import dev.exposure.intake.outage.StageFailure;
import dev.exposure.intake.position.GroupSeeder;
import dev.exposure.intake.position.PartitionWatch;
import java.time.Duration;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.scheduling.TaskScheduler;

/**
 * Starts consumption once the sink is prepared, the brokers are checked and the group's start is pinned.
 *
 * <p>A failure that may end (database or brokers down, a topic not created yet, a refused password) is retried in the
 * background while the service runs and reports it; any other fails the start of the application.
 */
public final class IntakeStarter implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(IntakeStarter.class);

    /** Owner of the outages of the start, whichever thread tries again. */
    private static final String OWNER = "start";

    private final Delivery sink;
    private final BrokerCheck brokers;
    private final BrokerAddresses addresses;
    private final GroupSeeder seeder;
    private final SoleMember members;
    private final Runnable deadLetterCheck;
    private final PartitionWatch watch;
    private final ListenerContainer container;
    private final GroupProtocol protocol;
    private final Outages outages;
    private final Duration retryInterval;
    private final TaskScheduler scheduler;
    private volatile boolean running;
    private volatile boolean prepared;
    private volatile boolean pinned;
    private volatile boolean seeded;

    /**
     * Starter of this instance.
     *
     * @param addresses finds those that can't be reached
     * @param deadLetterCheck warns if a dead-letter topic is missing; must not throw
     */
    public IntakeStarter(
            Delivery sink,
            BrokerCheck brokers,
            BrokerAddresses addresses,
            GroupSeeder seeder,
            SoleMember members,
            Runnable deadLetterCheck,
            PartitionWatch watch,
            ListenerContainer container,
            GroupProtocol protocol,
            Outages outages,
            TaskScheduler scheduler,
            Duration retryInterval) {
        this.sink = sink;
        this.brokers = brokers;
        this.addresses = addresses;
        this.seeder = seeder;
        this.members = members;
        this.deadLetterCheck = deadLetterCheck;
        this.watch = watch;
        this.container = container;
        this.protocol = protocol;
        this.outages = outages;
        this.scheduler = scheduler;
        this.retryInterval = retryInterval;
    }

    /** Whether the group's start is pinned and consumption was started. */
    public boolean isSeeded() {
        return seeded;
    }

    @Override
    public void start() {
        running = true;
        if (!attempt()) {
            scheduleAttempt();
        }
    }

    private void scheduleAttempt() {
        // Each failure of an attempt is noted as an outage, so nobody needs the future.
        Future<?> unused = scheduler.schedule(
                this::attemptAgain, scheduler.getClock().instant().plus(retryInterval));
    }

    private void attemptAgain() {
        if (!running) {
            return;
        }
        boolean started = false;
        try {
            started = attempt();
        } catch (IncompatibleBrokerException ex) {
            log.debug("Said by the outage; the brokers may be in the middle of an upgrade", ex);
        } catch (OtherGroupException ex) {
            log.debug("Said by the outage; the other group's positions may be deleted", ex);
        } catch (RuntimeException | Error ex) {
            // Otherwise it would end in a future that nobody reads, and this service would wait forever.
            outages.note(Outage.Stage.POSITIONS, OWNER, ex);
        }
        if (!started && running) {
            scheduleAttempt();
        }
    }

    private boolean attempt() {
        try {
            if (!prepared) {
                step(Outage.Stage.SINK, sink::prepare);
                prepared = true;
            }
            if (!pinned) {
                // Only once, so that waiting for later steps does not move the group's start.
                pinned = outages.attempt(
                        Outage.Stage.POSITIONS, OWNER, () -> addresses.explaining(this::checkBrokersAndSeed));
            }
            if (!pinned) {
                return false; // no topic exists; the seeder says so
            }
            step(Outage.Stage.MEMBERS, members::checkBeforeJoining);
        } catch (StageFailure failure) {
            if (failure.failure() instanceof IncompatibleBrokerException incompatible) {
                throw incompatible;
            }
            if (failure.failure() instanceof OtherGroupException otherGroup) {
                throw otherGroup;
            }
            return false;
        }
        deadLetterCheck.run();
        startConsumption();
        return true;
    }

    private boolean checkBrokersAndSeed() {
        brokers.check();
        return seeder.seed();
    }

    private void step(Outage.Stage stage, Runnable step) {
        outages.attempt(stage, OWNER, () -> {
            step.run();
            return stage;
        });
    }

    private synchronized void startConsumption() {
        if (!running) {
            return; // stopped while the last attempt was under way
        }
        try {
            container.get().start();
        } catch (RuntimeException ex) {
            container.get().stop(); // it counts as running, without a consumer, and would not start again
            throw ex;
        }
        outages.works(Outage.Stage.POSITIONS, OWNER); // a failed start is noted as this stage
        watch.start(this::askForRebalance, this::lookForOthers);
        seeded = true;
        log.info("Consumption started");
    }

    /** A member may join without a rebalance of this instance, or leave while this instance owns nothing. */
    private void lookForOthers(GroupDescription group) {
        try {
            members.check(group);
            outages.works(Outage.Stage.MEMBERS);
        } catch (OtherMemberException ex) {
            outages.note(Outage.Stage.MEMBERS, ex);
        }
    }

    /** In the consumer protocol the brokers give every partition an owner; members can't ask for a rebalance. */
    private void askForRebalance() {
        if (protocol == GroupProtocol.CLASSIC) {
            container.get().enforceRebalance();
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        watch.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the web server, so that probes are answered while this waits; the container stops before it. */
    @Override
    public int getPhase() {
        return AbstractMessageListenerContainer.DEFAULT_PHASE - 1;
    }
}
