package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.consumer.ProcessExit;
import dev.exposure.intake.process.ExposureProcessor;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import dev.exposure.intake.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/** A consumer's client that fails, for however long and for whatever reason, waits quietly, and is replaced if it can't go on. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class ClientFailureIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(Map.of(
                "group.consumer.min.session.timeout.ms", "6000",
                "group.consumer.session.timeout.ms", "6000",
                "group.consumer.min.heartbeat.interval.ms", "1000",
                "group.consumer.heartbeat.interval.ms", "1000"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void memberWhoseAssignorDoesNotFitIsWaitedForQuietlyAndSaidOnce(CapturedOutput output) throws Exception {
        String name = "range";
        broker.createTopic(name, 2);
        broker.write(name, 0, Exposures.events("ad", 0, 10));
        try (KafkaConsumer<byte[], byte[]> other =
                member(name, Map.of("partition.assignment.strategy", RangeAssignor.class.getName()))) {
            join(other);
            Map<String, String> properties = Service.properties(broker, name, directory);
            properties.put("spring.datasource.url", TestPostgres.url("client-failure"));
            properties.put("spring.datasource.username", "postgres");
            properties.put("intake.retry.max-delay", "1s");
            long begin = System.nanoTime();
            try (Service service = Service.start(properties)) {
                await().atMost(PATIENCE).until(() -> {
                    other.poll(Duration.ofMillis(100));
                    return attempts(service) >= 8;
                });
                assertThat(attempts(service))
                        .as("a few in each second")
                        .isLessThan(10
                                + 4
                                        * Duration.ofNanos(System.nanoTime() - begin)
                                                .toSeconds());
                assertThat(service.state()).isEqualTo("RETRYING");
                assertThat(service.events("BROKER_DOWN")).isEqualTo(1);
                assertThat(service.events("BROKER_UP"))
                        .as("it has never worked")
                        .isZero();
                assertThat(output.getAll().lines().filter(line -> line.contains("ERROR") && line.contains("exposure")))
                        .isEmpty();
                assertThat(lines(output, "Polling fails")).hasSize(1);
                assertThat(lines(output, "Polling still fails")).isEmpty();
                assertThat(service.counted("ad")).isZero();

                other.unsubscribe();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
                await().atMost(PATIENCE).until(() -> service.events("BROKER_UP") == 1);
                assertThat(service.events("BROKER_DOWN")).isEqualTo(1);
            }
        }
    }

    @Test
    void staticMemberThatAnotherConsumerFencesTakesItsPlaceAgain() {
        String name = "fenced";
        broker.createTopic(name, 2);
        try (Service service = Service.start(staticMember(name, "classic"))) {
            broker.write(name, 0, Exposures.events("ad", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));

            try (KafkaConsumer<byte[], byte[]> thief = member(name, Map.of("group.instance.id", instance(service)))) {
                join(thief);
                await().atMost(PATIENCE).until(() -> service.events("BROKER_DOWN") == 1);
                thief.close(
                        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
            }
            broker.write(name, 0, Exposures.events("ad", 10, 10));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(20));
            await().atMost(PATIENCE).until(() -> service.events("BROKER_UP") == 1);
            assertThat(service.state()).isEqualTo("RUNNING");
            assertThat(service.health("/liveness")).isEqualTo(200);
        }
    }

    @Test
    void staticMemberWhosePlaceIsStillTakenInTheConsumerProtocolGetsItWhenItIsFree() {
        String name = "taken";
        broker.createTopic(name, 2);
        broker.write(name, 0, Exposures.events("ad", 0, 10));
        Map<String, Object> consumerProtocol = new HashMap<>(Map.of("group.protocol", "consumer"));
        consumerProtocol.put("group.instance.id", "instance-0");
        try (KafkaConsumer<byte[], byte[]> killed = member(name, consumerProtocol)) {
            join(killed);
            try (Service service = Service.start(staticMember(name, "consumer"))) {
                await().atMost(PATIENCE).until(() -> service.events("BROKER_DOWN") == 1);
                assertThat(service.events("BROKER_UP")).isZero();
                killed.close(
                        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));

                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
                await().atMost(PATIENCE).until(() -> service.events("BROKER_UP") == 1);
                assertThat(service.events("BROKER_DOWN")).isEqualTo(1);
            }
        }
    }

    @Test
    void errorEndsTheProcessWithTheOffsetThatItWasAt(CapturedOutput output) {
        String name = "error";
        broker.createTopic(name, 1);
        broker.write(name, 0, Exposures.events("ad", 0, 10));
        Exit.CODES.clear();
        try (Service service = Service.start(Service.properties(broker, name, directory), Exit.class)) {
            await().atMost(PATIENCE).until(() -> !Exit.CODES.isEmpty());
            assertThat(Exit.CODES).containsExactly(ProcessExit.CONSUMER_ERROR);
            assertThat(lines(output, "was ended by an Error"))
                    .singleElement()
                    .asString()
                    .contains("error-0@0");
            assertThat(service.counted("ad")).isZero();
        }
    }

    /** Notes that the process would have ended, whose memory the processor uses up. */
    static class Exit {

        static final List<Integer> CODES = new CopyOnWriteArrayList<>();

        @Bean
        static ProcessExit noExit() {
            return CODES::add;
        }

        @Bean
        static ExposureProcessor outOfMemory() {
            return exposures -> {
                throw new OutOfMemoryError("as if");
            };
        }
    }

    private Map<String, String> staticMember(String name, String protocol) {
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("spring.kafka.consumer.properties.group.instance.id", "instance");
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        properties.put("intake.retry.max-delay", "2s");
        return properties;
    }

    private static String instance(Service service) {
        return broker.instanceIds(service.actuator("assignment").get("groupId").asString())
                .get(0);
    }

    private static KafkaConsumer<byte[], byte[]> member(String group, Map<String, Object> further) {
        Map<String, Object> settings = new HashMap<>(further);
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(group));
        return consumer;
    }

    private static void join(KafkaConsumer<byte[], byte[]> consumer) {
        await().atMost(PATIENCE).until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
    }

    private static long attempts(Service service) {
        return service.actuator("health")
                .get("components")
                .get("kafka")
                .get("details")
                .path("attempts")
                .asLong();
    }

    private static List<String> lines(CapturedOutput output, String text) {
        return output.getAll().lines().filter(line -> line.contains(text)).toList();
    }
}
