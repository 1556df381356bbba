package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.RestartIT.SinkWrapper;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;
import tools.jackson.databind.JsonNode;

/** An operator's pause: nothing is read, nothing is given away, and afterwards each record counts once. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class PauseIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Long enough for ten polls, and for the next attempt after an outage. */
    private static final Duration A_WHILE = Duration.ofMillis(1500);

    private static final String PASSWORD = UUID.randomUUID().toString();
    private static final AtomicBoolean FAILING = new AtomicBoolean();
    private static final AtomicInteger FAILURES = new AtomicInteger();
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void pauseUnderLoadSurvivesRebalancesAndGrowthAndEachRecordCountsOnceAfterIt(String protocol) {
        String topic = "pause-" + protocol;
        broker.createTopic(topic, 4);
        Map<String, String> properties = properties(topic);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        AtomicInteger written = new AtomicInteger();
        // A database that serves several instances.
        properties.put("spring.datasource.url", TestPostgres.url(topic));
        try (Service first = Service.start(properties)) {
            await().atMost(PATIENCE).until(() -> {
                write(topic, written);
                return first.counted("ad") > 0 && owned(first).size() == 4;
            });
            assertThat(first.metric("intake_paused")).isZero();

            pause(first, true);
            write(topic, written);
            assertThatItIsPaused(first);
            assertThatNothingIsCounted(first, () -> write(topic, written));

            try (Service second = Service.start(properties)) {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(owned(first)).hasSize(2);
                    assertThat(owned(second)).hasSize(2);
                });
                assertThatItIsPaused(first);
                assertThat(second.actuator("consumption").get("paused").asBoolean())
                        .as("a pause is one instance's")
                        .isFalse();
                long before = second.counted("ad");
                write(topic, written);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(second.counted("ad")).isGreaterThan(before));
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(owned(first)).hasSize(4));
            assertThatItIsPaused(first);

            broker.growTopic(topic, 5);
            broker.write(topic, 4, Exposures.events("added", 0, 50));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(owned(first)).hasSize(5));
            assertThatNothingIsCounted(first, () -> write(topic, written));
            assertThatItIsPaused(first);
            JsonNode added = owned(first).get(4);
            assertThat(added.get("startReason").asString()).isEqualTo("NEW_PARTITION");
            assertThat(added.get("firstRecordAt").isNull()).isTrue();
            assertThat(first.counted("added")).isZero();
            assertThat(first.events("PAUSED")).isEqualTo(1);
            assertThat(first.events("RESUMED")).isZero();

            pause(first, false);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(first.counted("ad")).isEqualTo(written.get());
                assertThat(first.counted("added")).isEqualTo(50);
            });
            assertThat(first.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
            assertThat(first.state()).isEqualTo("RUNNING");
            assertThat(first.metric("intake_paused")).isZero();
            assertThat(owned(first)).noneMatch(it -> it.get("paused").asBoolean());
            assertThat(first.events("PAUSED")).isEqualTo(1);
            assertThat(first.events("RESUMED")).isEqualTo(1);
        }
    }

    @Test
    void pauseBeforeConsumptionHasStartedHoldsOnceItStarts() {
        try (Service service = Service.start(properties("pause-early"))) {
            assertThat(service.state()).as("the topic is missing").isEqualTo("SEEDING");
            pause(service, true);
            broker.createTopic("pause-early", 2);
            broker.write("pause-early", 1, Exposures.events("ad", 0, 20));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(owned(service)).hasSize(2));
            assertThatItIsPaused(service);
            assertThatNothingIsCounted(service, () -> {});

            pause(service, false);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(20));
        }
    }

    @Test
    void stopWhilePausedIsCleanAndTheNextStartIsNotPaused(CapturedOutput output) {
        broker.createTopic("pause-stop", 2);
        Map<String, String> properties = properties("pause-stop");
        try (Service service = Service.start(properties)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(owned(service)).hasSize(2));
            pause(service, true);
            broker.write("pause-stop", 0, Exposures.events("ad", 0, 20));
            assertThatItIsPaused(service);
        }
        try (Service service = Service.start(properties)) {
            assertThat(service.actuator("consumption").get("paused").asBoolean())
                    .isFalse();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(20));
        }
        assertThat(output.getAll()).doesNotContain("\tat ", " ERROR ", PASSWORD);
    }

    @Test
    void pauseAndOutageDoNotEndEachOther() {
        broker.createTopic("pause-outage", 4);
        AtomicInteger written = new AtomicInteger();
        try (Service service = Service.start(properties("pause-outage"), FailsWhenTold.class)) {
            await().atMost(PATIENCE)
                    .until(() -> owned(service).size() == 4
                            && owned(service).stream()
                                    .noneMatch(it -> it.get("startReason").isNull()));
            FAILING.set(true);
            write("pause-outage", written);
            await().atMost(PATIENCE).until(() -> FAILURES.get() >= 2);
            assertThat(service.state()).isEqualTo("RETRYING");
            assertThat(service.metric("intake_paused"))
                    .as("an outage's own pauses are not the operator's")
                    .isZero();

            pause(service, true);
            assertThat(service.state()).isEqualTo("PAUSED");
            FAILING.set(false);
            assertThatNothingIsCounted(service, () -> {});
            assertThatItIsPaused(service);
            assertThat(service.metric("intake_sink_up"))
                    .as("as it was last seen")
                    .isZero();

            pause(service, false);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(written.get()));
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));

            pause(service, true);
            FAILING.set(true);
            write("pause-outage", written);
            int failures = FAILURES.get();
            assertThatNothingIsCounted(service, () -> {});
            assertThat(FAILURES.get()).as("attempts").isEqualTo(failures);
            assertThatItIsPaused(service);

            pause(service, false);
            await().atMost(PATIENCE).until(() -> service.state().equals("RETRYING"));
            assertThat(service.metric("intake_paused")).isZero();
            FAILING.set(false);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(written.get()));
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
        } finally {
            FAILING.set(false);
        }
    }

    private Map<String, String> properties(String name) {
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("intake.operator.username", "ops");
        properties.put("intake.operator.password", PASSWORD);
        return properties;
    }

    private static void pause(Service service, boolean paused) {
        String body = "{\"paused\":" + paused + "}";
        HttpResponse<String> answer = service.post("/actuator/consumption", "ops", PASSWORD, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(service.http("/actuator/consumption").body()).isEqualTo(body);
        if (paused) {
            // A poll that was under way is still taken.
            MessageListenerContainer container = Objects.requireNonNull(
                    service.bean(KafkaListenerEndpointRegistry.class).getListenerContainer("exposure-intake"));
            await().atMost(PATIENCE).until(() -> !container.isRunning() || container.isContainerPaused());
        }
    }

    private static void assertThatItIsPaused(Service service) {
        assertThat(service.state()).isEqualTo("PAUSED");
        assertThat(service.metric("intake_paused")).isEqualTo(1);
        assertThat(owned(service)).allMatch(it -> it.get("paused").asBoolean());
        assertThat(service.health("/liveness")).isEqualTo(200);
        assertThat(service.health("/readiness")).isEqualTo(200);
    }

    /** A poll that was under way when it was paused is finished; from then on the count stands still. */
    private static void assertThatNothingIsCounted(Service service, Runnable meanwhile) {
        long[] last = {-1};
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> {
            long now = service.counted("ad");
            boolean still = now == last[0];
            last[0] = now;
            return still;
        });
        meanwhile.run();
        await().during(A_WHILE).atMost(PATIENCE).until(() -> {
            assertThat(service.health("/liveness")).isEqualTo(200);
            assertThat(service.counted("ad")).isEqualTo(last[0]);
            return true;
        });
    }

    private static List<JsonNode> owned(Service service) {
        return service.actuator("assignment").get("partitions").valueStream().toList();
    }

    /** Ten records in each of the first four partitions. */
    private static void write(String topic, AtomicInteger written) {
        int first = written.getAndAdd(40);
        for (int partition = 0; partition < 4; partition++) {
            broker.write(topic, partition, Exposures.events("ad", first + 10 * partition, 10));
        }
    }

    /** Sink that refuses to write while a test says so. */
    static class FailsWhenTold {

        @Bean
        static BeanPostProcessor failsWhenTold() {
            return SinkWrapper.around(sink -> poll -> {
                if (FAILING.get()) {
                    FAILURES.incrementAndGet();
                    throw new IllegalStateException("told to fail");
                }
                return sink.deliver(poll);
            });
        }
    }
}
