package dev.exposure.intake.outage;

import java.time.Clock;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Wires the outages, the events, the clock that dates everything, and the scheduler of background tasks. */
@AutoConfiguration
class OutageConfiguration {

    /** One for each task that may wait for Kafka or the database, and two more for tasks that must be on time. */
    private static final int THREADS = 6;

    private static final int SHUTDOWN_SECONDS = 10;

    /**
     * The one scheduler of the intake's background tasks. It is injected by its name only, so it never stands in for an
     * application's own {@code TaskScheduler} or for the one that runs {@code @Scheduled} methods.
     *
     * <p>Its shutdown waits for running tasks and interrupts none: H2 loses its file when a thread inside it is
     * interrupted. It stops after the listener containers, so that they can use it to the end.
     */
    @Bean(defaultCandidate = false)
    ThreadPoolTaskScheduler intakeTaskScheduler() {
        ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
        scheduler.setPoolSize(THREADS);
        scheduler.setThreadNamePrefix("intake-");
        scheduler.setDaemon(true);
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        scheduler.setWaitForTasksToCompleteOnShutdown(true);
        scheduler.setAwaitTerminationSeconds(SHUTDOWN_SECONDS);
        scheduler.setAcceptTasksAfterContextClose(
                true); // a poll may fail, and ask for a pause, while the service stops
        scheduler.setPhase(AbstractMessageListenerContainer.DEFAULT_PHASE - 2);
        return scheduler;
    }

    @Bean
    @ConditionalOnMissingBean(Clock.class)
    Clock intakeClock() {
        return Clock.systemUTC();
    }

    /** Elapsed time in nanoseconds, independent of changes of the clock; a test may replace it. */
    @Bean(defaultCandidate = false)
    @ConditionalOnMissingBean(name = "intakeNanoTime")
    LongSupplier intakeNanoTime() {
        return System::nanoTime;
    }

    @Bean
    EventLog intakeEvents(Clock clock) {
        return new EventLog(clock);
    }

    @Bean
    Outages intakeOutages(EventLog events, Clock clock, @Qualifier("intakeNanoTime") LongSupplier nanoTime) {
        return new Outages(events, clock, nanoTime);
    }
}
