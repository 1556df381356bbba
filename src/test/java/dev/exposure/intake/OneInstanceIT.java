package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/** The embedded database serves one instance: a second member of the group is noticed before anything is miscounted. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class OneInstanceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Long enough for several heartbeats, polls and looks at the group. */
    private static final Duration A_WHILE = Duration.ofMillis(1500);

    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void secondInstanceWaitsUntilTheFirstIsGone(String protocol, CapturedOutput output) {
        String name = "second-" + protocol;
        broker.createTopic(name, 2);
        Map<String, String> ofFirst = properties(name, "first", protocol);
        ofFirst.put("spring.kafka.listener.concurrency", "3");
        Service first = Service.start(ofFirst);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> broker.members(name) == 3);
        try (Service second = startBeside(first, name, protocol)) {
            String said =
                    "another member: first-0 on /127.0.0.1, first-1 on /127.0.0.1, first-2 on /127.0.0.1. Stop it";
            assertThat(second.state()).isEqualTo("SEEDING");
            assertThat(second.health("/readiness")).isEqualTo(503);
            assertThat(second.health("/liveness")).isEqualTo(200);
            assertThat(detail(second, "intake", "MEMBERS")).contains(said, "PostgreSQL");
            assertThat(detail(second, "sink", "cause")).contains(said);
            assertThat(second.events("OTHER_MEMBER")).isEqualTo(1);
            assertThat(output.getAll().lines().filter(line -> line.contains("WARN") && line.contains(said)))
                    .as("one line")
                    .hasSize(1);

            broker.write(name, 0, Exposures.events("ad", 100, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(first.counted("ad")).isEqualTo(20));
            await().during(A_WHILE).atMost(PATIENCE).until(() -> first.events("OTHER_MEMBER") == 0);
            first.close();
            broker.write(name, 1, Exposures.events("ad", 200, 10));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(second.counted("ad"))
                            .as("what the first has not counted")
                            .isEqualTo(10));
            await().atMost(PATIENCE).until(() -> second.state().equals("RUNNING"));
            assertThat(second.health("/readiness")).isEqualTo(200);
            assertThat(second.events("OTHER_MEMBER_GONE")).isEqualTo(1);
        } finally {
            first.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void instancesWhenBothStartAtOnceCountNothingTwice(String protocol) {
        String name = "both-" + protocol;
        broker.createTopic(name, 4);
        CompletableFuture<Service> one =
                CompletableFuture.supplyAsync(() -> Service.start(properties(name, "one", protocol)));
        CompletableFuture<Service> other =
                CompletableFuture.supplyAsync(() -> Service.start(properties(name, "other", protocol)));
        try (Service stays = one.join()) {
            long countedByOther;
            int written = 0;
            try (Service goes = other.join()) {
                for (;
                        written < 400 || stays.events("OTHER_MEMBER") + goes.events("OTHER_MEMBER") == 0;
                        written += 40) {
                    write(name, written);
                }
                countedByOther = goes.counted("ad");
                System.out.printf(
                        "%s: %s counts %d, %s counts %d of %d%n",
                        protocol, stays.state(), stays.counted("ad"), goes.state(), countedByOther, written);
                // Whoever is alone counts on; where both are in, neither does.
                if (stays.state().equals("RETRYING") && goes.state().equals("RETRYING")) {
                    long before = stays.counted("ad") + goes.counted("ad");
                    write(name, written);
                    written += 40;
                    await().during(A_WHILE)
                            .atMost(PATIENCE)
                            .until(() -> stays.counted("ad") + goes.counted("ad") == before);
                }
                goes.close();
            }
            write(name, written);
            int all = written + 40;
            await().atMost(PATIENCE).until(() -> stays.state().equals("RUNNING"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(stays.counted("ad") + count(name, "other"))
                            .isEqualTo(all));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void strangerInTheGroupStopsTheCountingUntilItIsGone(String protocol, CapturedOutput output) {
        String name = "stranger-" + protocol;
        broker.createTopic(name, 2);
        try (Service service = Service.start(properties(name, "only", protocol))) {
            broker.write(name, 0, Exposures.events("ad", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
            try (KafkaConsumer<byte[], byte[]> stranger = join(name, protocol)) {
                await().atMost(PATIENCE).pollInSameThread().until(() -> {
                    stranger.poll(Duration.ofMillis(100));
                    return stranger.assignment().size() == 1 && service.state().equals("RETRYING");
                });
                broker.write(name, 0, Exposures.events("ad", 10, 10));
                broker.write(name, 1, Exposures.events("ad", 20, 10));
                assertThat(service.health("/readiness")).isEqualTo(200);
                assertThat(detail(service, "sink", "cause")).contains("another member: stranger on /127.0.0.1");
                await().during(A_WHILE).atMost(PATIENCE).pollInSameThread().until(() -> {
                    stranger.poll(Duration.ofMillis(100));
                    return service.counted("ad") == 10;
                });
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(30));
            await().atMost(PATIENCE).until(() -> service.state().equals("RUNNING"));
            assertThat(service.events("OTHER_MEMBER")).isEqualTo(1);
            assertThat(service.events("OTHER_MEMBER_GONE")).isEqualTo(1);
            assertThat(output.getAll()).contains("Having the group to itself works again");
        }
    }

    @Test
    void instanceWhenItsPredecessorWasKilledStartsOnceItsSessionIsOver() {
        String name = "predecessor";
        broker.createTopic(name, 2);
        KafkaConsumer<byte[], byte[]> predecessor = join(name, "classic");
        await().atMost(PATIENCE).pollInSameThread().until(() -> {
            predecessor.poll(Duration.ofMillis(100));
            return predecessor.assignment().size() == 2;
        });
        broker.write(name, 0, Exposures.events("ad", 0, 10));

        try (predecessor;
                Service service = Service.start(properties(name, "next", "classic"))) {
            assertThat(service.state()).isEqualTo("SEEDING");
            // The group sees of a killed process what it sees of one that closes without a word. Not before the start,
            // which may take longer than its session.
            predecessor.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.REMAIN_IN_GROUP));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
            assertThat(service.events("OTHER_MEMBER")).isEqualTo(1);
            assertThat(service.events("OTHER_MEMBER_GONE")).isEqualTo(1);
        }
    }

    @Test
    void staticMemberWhenRestartedTakesItsOwnPlaceAtOnce() {
        broker.createTopic("static", 1);
        Map<String, String> properties = properties("static", "static", "classic");
        properties.put("spring.kafka.consumer.properties.group.instance.id", "the-one");
        Service.start(properties).close();

        try (Service service = Service.start(properties)) {
            broker.write("static", 0, Exposures.events("ad", 0, 10));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.counted("ad")).isEqualTo(10));
            assertThat(service.events("OTHER_MEMBER")).isZero();
        }
    }

    private Service startBeside(Service first, String name, String protocol) {
        broker.write(name, 0, Exposures.events("ad", 0, 10));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(first.counted("ad")).isEqualTo(10));
        return Service.start(properties(name, "second", protocol));
    }

    private Map<String, String> properties(String name, String instance, String protocol) {
        Map<String, String> properties = Service.properties(broker, name, directory);
        properties.put("spring.datasource.url", Service.h2(directory.resolve(name + "-" + instance)));
        properties.put("spring.kafka.client-id", instance);
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        return properties;
    }

    /** What a database that is closed now holds. */
    private long count(String name, String instance) {
        var source = new DriverManagerDataSource(Service.h2(directory.resolve(name + "-" + instance)), "sa", "");
        Long sum = new JdbcTemplate(source)
                .queryForObject("select coalesce(sum(exposures), 0) from exposure_count", Long.class);
        return sum == null ? 0 : sum;
    }

    private static void write(String name, int first) {
        for (int partition = 0; partition < 4; partition++) {
            broker.write(name, partition, Exposures.events("ad", first + 10 * partition, 10));
        }
    }

    private static String detail(Service service, String component, String detail) {
        JsonNode details =
                service.actuator("health").get("components").get(component).get("details");
        return details.get(detail).asString();
    }

    private static KafkaConsumer<byte[], byte[]> join(String name, String protocol) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                name,
                "client.id",
                "stranger",
                "group.protocol",
                protocol,
                "enable.auto.commit",
                false));
        if (protocol.equals("classic")) {
            settings.put("session.timeout.ms", 2000);
            settings.put("heartbeat.interval.ms", 200);
            settings.put(
                    "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        }
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(name));
        return consumer;
    }
}
