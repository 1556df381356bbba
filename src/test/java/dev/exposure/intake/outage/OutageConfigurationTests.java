package dev.exposure.intake.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.MutableClock;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** The intake has a scheduler of its own, which is nobody else's and interrupts nothing when it stops. */
class OutageConfigurationTests {

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(TaskSchedulingAutoConfiguration.class, OutageConfiguration.class))
            .withUserConfiguration(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Application {

        static final AtomicReference<String> THREAD = new AtomicReference<>();

        @Bean
        Clock clock() {
            return new MutableClock();
        }

        @Scheduled(fixedDelay = 10)
        void tick() {
            THREAD.set(Thread.currentThread().getName());
        }
    }

    @Test
    void methodsThatAnApplicationSchedulesRunOnItsOwnScheduler() {
        context.run(it -> {
            await().untilAtomic(Application.THREAD, org.hamcrest.Matchers.startsWith("scheduling-"));
            assertThat(it.getBean(TaskScheduler.class)).isSameAs(it.getBean("taskScheduler"));
        });
    }

    @Test
    void clockIsTheApplicationsWhenItHasOne() {
        context.run(it -> assertThat(it.getBean(Clock.class)).isInstanceOf(MutableClock.class));
    }

    @Test
    void tasksRunOnDaemonsOfTheIntake() {
        context.run(it -> {
            Thread thread = it.getBean("intakeTaskScheduler", ThreadPoolTaskScheduler.class)
                    .submit(Thread::currentThread)
                    .get();
            assertThat(thread.getName()).startsWith("intake-");
            assertThat(thread.isDaemon()).isTrue();
        });
    }

    @Test
    void taskThatRunsWhileTheApplicationStopsIsWaitedForAndNotInterrupted() {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch stopping = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        context.run(it -> {
            it.getBean("intakeTaskScheduler", ThreadPoolTaskScheduler.class).execute(() -> {
                running.countDown();
                try {
                    stopping.await();
                    ended.set(true);
                } catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
            });
            running.await();
            it.addApplicationListener(event -> stopping.countDown()); // told of the close that follows
        });
        assertThat(ended).isTrue();
    }
}
