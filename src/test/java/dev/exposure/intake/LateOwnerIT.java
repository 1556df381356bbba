package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.RestartIT.SinkWrapper;
import dev.exposure.intake.delivery.DeliveryResult;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * An instance that was put out of the group in the middle of a write finishes it late: positions, stored and committed,
 * never move backwards, and nothing is counted twice.
 */
@Slow
class LateOwnerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static volatile boolean holdBefore;
    private static volatile boolean holdAfter;
    private static volatile CountDownLatch held = new CountDownLatch(1);
    private static volatile CountDownLatch release = new CountDownLatch(1);
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"classic, true", "classic, false", "consumer, true", "consumer, false"})
    void positionsOnlyEverRiseWhenAFormerOwnerComesLate(String protocol, boolean beforeWrite) throws Exception {
        String name = "late-" + protocol + "-" + beforeWrite;
        held = new CountDownLatch(1);
        release = new CountDownLatch(1);
        broker.createTopic(name, 2);
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
        try (Service late = Service.start(properties(name, protocol), Holds.class)) {
            Falls falls = new Falls(name, late.bean(JdbcTemplate.class));
            sampler.scheduleWithFixedDelay(falls::sample, 0, 50, TimeUnit.MILLISECONDS);
            write(name, 0);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(late.counted(name)).isEqualTo(40));

            holdBefore = beforeWrite;
            holdAfter = !beforeWrite;
            write(name, 40);
            assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
            try (Service next = Service.start(properties(name, protocol))) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(next.counted(name)).isEqualTo(80));
                write(name, 80);
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(next.counted(name)).isEqualTo(120);
                    assertThat(broker.committed(name, name, 0)).isEqualTo(60);
                    assertThat(broker.committed(name, name, 1)).isEqualTo(60);
                });

                holdBefore = false;
                holdAfter = false;
                release.countDown();
                await().atMost(PATIENCE).until(() -> late.events("LOST") == 1);
                write(name, 120);
                await().atMost(PATIENCE)
                        .until(() ->
                                late.actuator("assignment").get("partitions").size() == 1);
                write(name, 160);

                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(next.counted(name)).isEqualTo(200);
                    assertThat(broker.committed(name, name, 0)).isEqualTo(100);
                    assertThat(broker.committed(name, name, 1)).isEqualTo(100);
                });
                assertThat(late.metric("intake_records_total{outcome=\"duplicate\"}"))
                        .as("what it wrote late had been counted by the next owner")
                        .isEqualTo(beforeWrite ? 20 : 0);
            }
            sampler.shutdown();
            assertThat(sampler.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            assertThat(falls.samples).hasValueGreaterThan(20);
            assertThat(falls.seen).isEmpty();
        } finally {
            release.countDown();
            sampler.shutdownNow();
        }
    }

    /** The first of the partitions is what a held write holds, the other one waits behind it. */
    private static void write(String name, int first) {
        broker.write(name, 0, Exposures.events(name, first, 20));
        broker.write(name, 1, Exposures.events(name, first + 20, 20));
    }

    private Map<String, String> properties(String name, String protocol) {
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("spring.datasource.url", TestPostgres.url(name));
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        properties.put("spring.kafka.consumer.properties.max.poll.interval.ms", "6000");
        // One partition a poll, so that how much a held write holds does not depend on the moment.
        properties.put("intake.poll.max-records", "20");
        return properties;
    }

    /** Looks at all positions of a group, and remembers each that was higher before. */
    private static final class Falls {

        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final Map<String, Long> highest = new ConcurrentHashMap<>();
        private final String name;
        private final JdbcTemplate jdbc;
        private final AtomicInteger samples = new AtomicInteger();

        Falls(String name, JdbcTemplate jdbc) {
            this.name = name;
            this.jdbc = jdbc;
        }

        void sample() {
            jdbc.query(
                    "SELECT partition, next_offset FROM partition_position WHERE consumer_group = ?",
                    row -> {
                        compare("stored " + row.getInt(1), row.getLong(2));
                    },
                    name);
            for (int partition = 0; partition < 2; partition++) {
                Long committed = broker.committed(name, name, partition);
                if (committed != null) {
                    compare("committed " + partition, committed);
                }
            }
            samples.incrementAndGet();
        }

        private void compare(String position, long offset) {
            Long before = highest.merge(position, offset, Math::max);
            if (before > offset) {
                seen.add(position + " fell from " + before + " to " + offset);
            }
        }
    }

    /** Sink that holds a write, before it is done or after, while a test says so. */
    static class Holds {

        @Bean
        static BeanPostProcessor holds() {
            return SinkWrapper.around(sink -> poll -> {
                hold(holdBefore);
                DeliveryResult result = sink.deliver(poll);
                hold(holdAfter);
                return result;
            });
        }

        private static void hold(boolean wanted) {
            if (!wanted) {
                return;
            }
            held.countDown();
            try {
                release.await();
            } catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
