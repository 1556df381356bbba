package dev.exposure.intake.testing;

import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Scheduler of a test's background tasks; daemon threads, so that none outlives the JVM. */
public final class TestScheduler extends ThreadPoolTaskScheduler {

    private static final long serialVersionUID = 1L;

    public TestScheduler() {
        setPoolSize(2);
        setDaemon(true);
        setThreadNamePrefix("test-intake-");
        initialize();
    }
}
