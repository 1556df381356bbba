package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.GroupTool;
import dev.exposure.intake.testing.OperationsGuide;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.Slow;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The group is moved or loses its positions while the service is stopped: what becomes of it is what the README says. */
@Slow
@ExtendWith(OutputCaptureExtension.class)
class MovedGroupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static TestBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBrokers() {
        broker = TestBroker.startTwo();
    }

    @AfterAll
    static void stopBrokers() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void storedPositionWinsWhenTheToolMovesTheGroup(String protocol, CapturedOutput output) {
        String name = "moved-" + protocol;
        countForty(name, 5, protocol);
        GroupTool.run(broker, name, "--reset-offsets", "--topic", name + ":0", "--to-earliest", "--execute");
        GroupTool.run(broker, name, "--reset-offsets", "--topic", name + ":1", "--to-offset", "55", "--execute");
        GroupTool.run(broker, name, "--reset-offsets", "--topic", name + ":2", "--shift-by", "-5", "--execute");
        GroupTool.run(broker, name, "--reset-offsets", "--topic", name + ":3", "--shift-by", "5", "--execute");
        GroupTool.run(broker, name, "--delete-offsets", "--topic", name + ":4");
        assertThat(broker.committed(name, name, 0)).isZero();
        assertThat(broker.committed(name, name, 1)).isEqualTo(55);
        assertThat(broker.committed(name, name, 2)).isEqualTo(35);
        assertThat(broker.committed(name, name, 3)).isEqualTo(45);
        assertThat(broker.committed(name, name, 4)).isNull();

        try (Service service = Service.start(properties(name, protocol))) {
            for (int partition = 0; partition < 5; partition++) {
                countedIs(service, partition, 60);
                said(
                        service,
                        output,
                        name,
                        partition,
                        partition == 4 ? "no committed offset any more" : "another tool");
            }
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
            await().atMost(PATIENCE).untilAsserted(() -> {
                for (int partition = 0; partition < 5; partition++) {
                    assertThat(broker.committed(name, name, partition)).isEqualTo(60);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void storedPositionWinsWhenTheGroupIsDeleted(String protocol, CapturedOutput output) {
        String name = "deleted-" + protocol;
        countForty(name, 2, protocol);
        GroupTool.run(broker, name, "--delete");
        assertThat(broker.committed(name, name, 0)).isNull();

        try (Service service = Service.start(properties(name, protocol))) {
            for (int partition = 0; partition < 2; partition++) {
                countedIs(service, partition, 60);
                said(service, output, name, partition, "going on from the position stored with the counts, 40");
            }
            assertThat(service.metric("intake_records_total{outcome=\"duplicate\"}"))
                    .isZero();
            assertThat(service.events("FIRST_START")).isZero();
        }
    }

    @Test
    void groupIsMovedWhenBothPositionsAre(CapturedOutput output) {
        String name = "both";
        countForty(name, 2, "classic");
        moveBoth(name, 0, 10);
        moveBoth(name, 1, 55);

        try (Service service = Service.start(properties(name, "classic"))) {
            countedIs(service, 0, 40 + 50); // 10 to 39 once more
            countedIs(service, 1, 40 + 5); // 40 to 54 never
            assertThat(output.getAll()).doesNotContain("another tool");
        }
    }

    @Test
    void commitOfTheToolIsTrustedWhenNoPositionIsStored(CapturedOutput output) {
        String name = "trusted";
        countForty(name, 1, "classic");
        database(name).update("DELETE FROM partition_position");
        GroupTool.run(broker, name, "--reset-offsets", "--topic", name + ":0", "--to-offset", "50", "--execute");

        try (Service service = Service.start(properties(name, "classic"))) {
            countedIs(service, 0, 40 + 10);
            assertThat(output.getAll()).doesNotContain("another tool");
        }
    }

    @Test
    void groupGoesOnFromItsCommitsWhenTheStoredPositionsAreGone(CapturedOutput output) {
        String name = "unstored";
        countForty(name, 1, "classic");
        database(name).update("DELETE FROM partition_position");

        try (Service service = Service.start(properties(name, "classic"))) {
            countedIs(service, 0, 60);
            said(service, output, name, 0, "going on from the committed offset 40");
        }
    }

    @Test
    void groupStartsAnewAndLoudlyWhenBothPositionsAreGone(CapturedOutput output) {
        String name = "lost";
        String text = "no committed offset and no stored position in [lost]: taken for the first start of group lost";
        countForty(name, 1, "classic");
        assertThat(output.getAll().lines().filter(line -> line.contains(text)))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("INFO"));
        database(name).update("DELETE FROM partition_position");
        GroupTool.run(broker, name, "--delete");

        Map<String, String> properties = properties(name, "classic");
        properties.put("intake.initial-position", "latest");
        try (Service service = Service.start(properties)) {
            broker.write(name, 0, Exposures.events("p0", 60, 10));
            countedIs(service, 0, 40 + 10);
            assertThat(service.events("FIRST_START")).isEqualTo(1);
            assertThat(output.getAll().lines().filter(line -> line.contains(text) && line.contains("WARN")))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("its positions are lost", "latest"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void offsetsOfAnotherClusterAreTrustedAndSaid(boolean storedToo, CapturedOutput output) throws Exception {
        String name = "foreign-" + storedToo;
        broker.createTopic(name, 1);
        broker.write(name, 0, Exposures.events("p0", 0, 60));
        if (storedToo) {
            // A database that moved along, and whose positions are those of the other cluster.
            Map<String, String> elsewhere = properties(name, "classic");
            elsewhere.put("spring.kafka.consumer.group-id", name + "-elsewhere");
            try (Service service = Service.start(elsewhere)) {
                countedIs(service, 0, 60);
            }
            database(name).update("DELETE FROM exposure_count");
            database(name)
                    .update(
                            "UPDATE partition_position SET consumer_group = ?, cluster_id = 'other', next_offset = 9000",
                            name);
        }
        broker.admin()
                .alterConsumerGroupOffsets(
                        name,
                        Map.of(
                                new TopicPartition(name, 0),
                                new OffsetAndMetadata(40, "v1;cluster=other;topic=AAAAAAAAAAAAAAAAAAAAAA")))
                .all()
                .get(30, TimeUnit.SECONDS);

        try (Service service = Service.start(properties(name, "classic"))) {
            countedIs(service, 0, 20);
            said(service, output, name, 0, "comes from another cluster and is trusted");
            broker.write(name, 0, Exposures.events("p0", 60, 5));
            countedIs(service, 0, 25);
            assertThat(service.events("TOPIC_RECREATED")).isZero();
        }
        assertThat(database(name)
                        .queryForObject(
                                "SELECT next_offset FROM partition_position WHERE cluster_id <> 'other'", Long.class))
                .isEqualTo(65);
    }

    /** Counts 40 records of each partition, stops, and lets 20 more arrive, which another broker takes. */
    private void countForty(String name, int partitions, String protocol) {
        broker.createTopic(name, partitions);
        for (int partition = 0; partition < partitions; partition++) {
            broker.write(name, partition, Exposures.events("p" + partition, 0, 40));
        }
        try (Service service = Service.start(properties(name, protocol))) {
            for (int partition = 0; partition < partitions; partition++) {
                countedIs(service, partition, 40);
            }
        }
        for (int partition = 0; partition < partitions; partition++) {
            OffsetAndMetadata commit = Objects.requireNonNull(broker.commit(name, name, partition));
            assertThat(commit.offset()).isEqualTo(40);
            broker.moveLeader(name, partition);
            broker.write(name, partition, Exposures.events("p" + partition, 40, 20));
            assertThat(broker.leaderEpoch(name, partition))
                    .as("leader epoch of what follows")
                    .isGreaterThan(commit.leaderEpoch().orElseThrow());
        }
    }

    /** As docs/operations.md says. */
    private void moveBoth(String name, int partition, long offset) {
        GroupTool.run(
                broker,
                name,
                "--reset-offsets",
                "--topic",
                name + ":" + partition,
                "--to-offset",
                String.valueOf(offset),
                "--execute");
        String sql = OperationsGuide.moveSql()
                .replace("500", String.valueOf(offset))
                .replace("'exposure-intake'", "'" + name + "'")
                .replace("'ad-exposure'", "'" + name + "'")
                .replace("partition = 3", "partition = " + partition);
        int rows = database(name).update(sql);
        assertThat(rows).isEqualTo(1);
    }

    private static void countedIs(Service service, int partition, long count) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(service.counted("p" + partition)).isEqualTo(count));
    }

    /** In a warning of the log and in an event, both of the partition. */
    private static void said(Service service, CapturedOutput output, String topic, int partition, String text) {
        assertThat(output.getAll().lines().filter(line -> line.contains(topic + "-" + partition + ": ")))
                .anyMatch(line -> line.contains("WARN") && line.contains(text));
        // One event for all partitions that were assigned at once, with what is to be said of each.
        assertThat(service.actuator("assignment")
                        .get("events")
                        .valueStream()
                        .map(event -> event.get("detail").asString()))
                .anyMatch(detail ->
                        detail.matches("(?s).*\\b" + topic + "-" + partition + ": [^.]*" + Pattern.quote(text) + ".*"));
    }

    private JdbcTemplate database(String name) {
        return new JdbcTemplate(new DriverManagerDataSource(Service.h2(directory.resolve(name)), "sa", ""));
    }

    private Map<String, String> properties(String name, String protocol) {
        Map<String, String> properties = new HashMap<>(Service.properties(broker, name, directory));
        properties.put("spring.kafka.consumer.properties.group.protocol", protocol);
        return properties;
    }
}
