package dev.exposure.intake.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An unclean leader election: a follower that was down becomes leader with a shorter log, which grows again. What was counted
 * stays counted once, and what is new counts although its offsets were in use before.
 *
 * <p>One partition stays below the old position afterwards, the other grows beyond it.
 */
class TruncationFaults {

    private static final int SHARED = 200;
    private static final int TAIL = 300;
    private static final int SHORT = 100;
    private static final int LONG = 500;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @ParameterizedTest
    @EnumSource
    void recordsOfTheNewLeaderCountWhenTheServiceRuns(Results results) throws IOException {
        try (Scene scene = open("truncation-running", results)) {
            ServiceProcess service = scene.startServices(1).get(0);
            writeTail(scene);
            elect(scene);
            writeAgain(scene);
            assertExact(scene, service, "while the service runs");
        }
    }

    @ParameterizedTest
    @EnumSource
    void recordsOfTheNewLeaderCountWhenTheServiceIsDown(Results results) throws IOException {
        try (Scene scene = open("truncation-down", results)) {
            ServiceProcess service = scene.startServices(1).get(0);
            writeTail(scene);
            service.stop();
            elect(scene);
            writeAgain(scene);
            service.start().awaitReady();
            assertExact(scene, service, "while the service is down");
        }
    }

    @Test
    void recordsOfTheNewLeaderCountWhenTheServiceWaitsForTheDatabase() throws IOException {
        try (Scene scene = open("truncation-retrying", Results.IN_DATABASE)) {
            ServiceProcess service = scene.startServices(1).get(0);
            writeTail(scene);
            scene.database().stop();
            // They are polled and can't be counted; then they are gone for ever, unlike the place they were at.
            writeDoomed(scene);
            await().atMost(LIMIT).until(() -> service.events("SINK_DOWN") == 1);
            elect(scene);
            writeAgain(scene);
            scene.database().start();
            assertExact(scene, service, "while the service waits for the database");
        }
    }

    private enum Results {
        IN_DATABASE,
        IN_KAFKA
    }

    private static Scene open(String name, Results results) {
        String unique = name + "-" + results;
        Scene scene = results == Results.IN_DATABASE
                ? Scene.open(unique, 3, Map.of())
                : Scene.openWithoutDatabase(unique, 3, Map.of());
        // Broker 1 stays; it keeps what belongs to the group.
        scene.kafka().createTopic(Scene.TOPIC + ".dlt", Map.of(0, List.of(1)), Map.of());
        if (results == Results.IN_KAFKA) {
            scene.kafka().createTopic(Scene.RESULTS, Map.of(0, List.of(1)), Map.of());
        }
        scene.kafka()
                .createTopic(
                        Scene.TOPIC,
                        Map.of(0, List.of(2, 3), 1, List.of(2, 3)),
                        Map.of("unclean.leader.election.enable", "true", "min.insync.replicas", "1"));
        return scene;
    }

    /** Writes and counts what both replicas have, and then what only the leader has. */
    private static void writeTail(Scene scene) {
        KafkaCluster kafka = scene.kafka();
        kafka.awaitInSync(Scene.TOPIC, 0, 2);
        kafka.awaitInSync(Scene.TOPIC, 1, 2);
        Backlog writer = Backlog.leaderOnly(scene);
        writer.write(2, SHARED, "");
        scene.awaitCaughtUp();
        kafka.broker(3).kill();
        kafka.awaitInSync(Scene.TOPIC, 0, 1);
        kafka.awaitInSync(Scene.TOPIC, 1, 1);
        writer.write(2, TAIL, "");
        scene.awaitCaughtUp();
    }

    private static void elect(Scene scene) {
        KafkaCluster kafka = scene.kafka();
        kafka.broker(2).kill();
        kafka.startBroker(3);
        for (int partition = 0; partition < 2; partition++) {
            kafka.awaitLeader(Scene.TOPIC, partition, 3);
            assertThat(kafka.endOffset(Scene.TOPIC, partition))
                    .as("the new leader's log is shorter")
                    .isBetween(1L, (long) SHARED);
        }
    }

    private static void writeAgain(Scene scene) {
        Backlog writer = Backlog.leaderOnly(scene);
        writer.writeTo(0, SHORT, "");
        writer.writeTo(1, LONG, "");
        assertThat(scene.kafka().endOffset(Scene.TOPIC, 0)).isLessThan(SHARED + TAIL);
        assertThat(scene.kafka().endOffset(Scene.TOPIC, 1)).isGreaterThan(SHARED + TAIL);
    }

    /** Writes a record to each partition that the ledger does not know, because it will be gone. */
    private static void writeDoomed(Scene scene) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        scene.kafka().bootstrapServers(),
                        ProducerConfig.ACKS_CONFIG,
                        "1"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int partition = 0; partition < 2; partition++) {
                producer.send(new ProducerRecord<>(Scene.TOPIC, partition, null, Exposures.event("gone", "gone")));
            }
        }
    }

    private static void assertExact(Scene scene, ServiceProcess service, String when) throws IOException {
        await("records of the new leader")
                .atMost(LIMIT)
                .ignoreExceptions()
                .untilAsserted(() -> scene.ledger()
                        .compare(scene.counts(), scene.deadLetters())
                        .assertExact());
        await("both events").atMost(LIMIT).until(() -> truncated(service, 0) && truncated(service, 1));
        // The old leader comes back and takes the new one's log; that changes nothing.
        scene.kafka().startBroker(2);
        scene.kafka().awaitInSync(Scene.TOPIC, 0, 2);
        scene.kafka().awaitInSync(Scene.TOPIC, 1, 2);
        Backlog.leaderOnly(scene).write(2, SHARED, "");
        Balance balance = scene.settle();
        Scene.report("unclean leader election " + when + ": " + balance + ", re-read " + scene.reRead());
        balance.assertExact();
        assertThat(scene.reRead()).as("the log is not replayed").isZero();
        assertThat(service.metric("intake_log_truncations_total", Map.of("topic", Scene.TOPIC)))
                .as("one in each partition")
                .isEqualTo(2);
    }

    private static boolean truncated(ServiceProcess service, int partition) throws IOException {
        return service.actuator("assignment")
                .get("events")
                .valueStream()
                .anyMatch(event -> event.get("type").asString().equals("TRUNCATED")
                        && event.get("partition").asInt() == partition);
    }
}
