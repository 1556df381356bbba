package dev.exposure.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/** Promise 8: the service proves its own account, and what is missing in it shows. */
class BalanceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> OUTCOMES =
            List.of("processed", "duplicate", "test", "deadLetter", "lost", "noRecord");
    private static final TestBroker broker = TestBroker.shared();

    @TempDir
    Path directory;

    @Test
    void everyOffsetHasItsOutcomeThroughAllThatCanHappenToATopicAndWhatIsTakenAwayShows() {
        String topic = "balance";
        broker.createTopic(topic, 2);
        Map<String, String> properties = Service.properties(broker, topic, directory);
        properties.put("intake.dedupe.window", "1h");
        try (Service service = Service.start(properties)) {
            broker.write(topic, 0, Exposures.events("ad", 0, 40));
            broker.write(topic, 0, values("no exposure", "{}", "[]"));
            broker.write(topic, 0, tests("ad", 2));
            awaitNext(service, 45, 0);
            broker.write(topic, 1, Exposures.events("ad", 36, 10)); // four of them again
            transactions(topic, 1);
            broker.growTopic(topic, 3);
            broker.write(topic, 2, Exposures.events("ad", 100, 20));

            JsonNode balance = awaitNext(service, 45, 18, 20);
            assertAccount(balance, 0, 40, 0, 2, 3, 0, 0);
            assertAccount(balance, 1, 6, 4, 0, 0, 0, 8);
            assertAccount(balance, 2, 20, 0, 0, 0, 0, 0);
            assertBalanced(balance, 66);
            awaitGauge(service, 0);
        }
        broker.write(topic, 0, Exposures.events("ad", 200, 10));
        broker.deleteRecords(topic, 0, 49);
        broker.write(topic, 2, Exposures.events("ad", 300, 5));
        try (Service service = Service.start(properties)) {
            JsonNode balance = awaitNext(service, 55, 18, 25);
            assertAccount(balance, 0, 46, 0, 2, 3, 4, 0);
            assertBalanced(balance, 77);

            broker.deleteTopic(topic);
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> broker.createBareTopic(topic, 3));
            broker.write(topic, 0, Exposures.events("ad", 400, 7));
            balance = awaitNext(service, 7, 0, 0);
            assertAccount(balance, 0, 7, 0, 0, 0, 0, 0);
            assertBalanced(balance, 84);

            JdbcTemplate database = service.bean(JdbcTemplate.class);
            database.update("UPDATE exposure_count SET exposures = exposures - 1");
            await("one count is missing in the table")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.actuator("balance?counts=true")
                                    .get("counts")
                                    .get("table")
                                    .asLong())
                            .isEqualTo(83));
            balance = service.actuator("balance?counts=true");
            assertThat(balance.get("counts").get("processed").asLong()).isEqualTo(84);
            assertThat(balance.get("off").asLong()).isZero();

            database.update("UPDATE partition_position SET processed = processed - 1 WHERE partition = 0");
            awaitGauge(service, 1);
            balance = service.actuator("balance");
            assertThat(balance.get("off").asLong()).isEqualTo(1);
            assertThat(balance.get("partitions").get(0).get("off").asLong()).isEqualTo(1);
            assertThat(balance.get("counts").isNull()).as("not asked for").isTrue();

            database.update("UPDATE partition_position SET processed = processed + 3 WHERE partition = 1");
            awaitGauge(service, 1 - 3);
            assertThat(service.actuator("balance")
                            .get("partitions")
                            .get(1)
                            .get("off")
                            .asLong())
                    .as("outcomes without an offset")
                    .isEqualTo(-3);
        }
    }

    @Test
    void accountIsExactWhenRecordsAreDeletedWhileTheServiceIsStoppedAndNoneIsLeft() {
        String topic = "balance-emptied";
        broker.createTopic(topic, 1);
        broker.write(topic, 0, Exposures.events("ad", 0, 20));
        Map<String, String> properties = Service.properties(broker, topic, directory);
        try (Service service = Service.start(properties)) {
            awaitNext(service, 20);
        }
        broker.write(topic, 0, Exposures.events("ad", 20, 13));
        broker.deleteRecords(topic, 0, 33);
        try (Service service = Service.start(properties)) {
            JsonNode balance = awaitNext(service, 33);
            assertAccount(balance, 0, 20, 0, 0, 0, 13, 0);
            assertBalanced(balance, 20);
        }
    }

    /** Two transactions of 3 records each, both aborted: with their markers, 8 offsets. */
    private static void transactions(String topic, int partition) {
        try (KafkaProducer<byte[], byte[]> producer = broker.transactionalProducer(topic)) {
            for (int i = 0; i < 2; i++) {
                producer.beginTransaction();
                for (byte[] value : Exposures.events("aborted", i * 3, 3)) {
                    producer.send(new ProducerRecord<>(topic, partition, null, value));
                }
                producer.flush();
                producer.abortTransaction();
            }
        }
    }

    private static List<byte[]> values(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
    }

    private static List<byte[]> tests(String adId, int count) {
        return Exposures.events(adId, 1_000, count).stream()
                .map(event -> new String(event, UTF_8)
                        .replace("\\\"price_micros\\\"", "\\\"test\\\":true,\\\"price_micros\\\"")
                        .getBytes(UTF_8))
                .toList();
    }

    private static JsonNode awaitNext(Service service, long... next) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.actuator("balance?counts=true")
                                .get("partitions")
                                .valueStream()
                                .mapToLong(partition -> partition.get("next").asLong()))
                        .containsExactly(box(next)));
        return service.actuator("balance?counts=true");
    }

    private static Long[] box(long... values) {
        Long[] boxed = new Long[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = values[i];
        }
        return boxed;
    }

    private static void assertAccount(JsonNode balance, int partition, long... expected) {
        JsonNode account = balance.get("partitions").get(partition);
        assertThat(OUTCOMES.stream().map(outcome -> account.get(outcome).asLong()))
                .as("%s of partition %s", OUTCOMES, partition)
                .containsExactly(box(expected));
        assertThat(account.get("from").asLong()).isZero();
        assertThat(account.get("off").asLong()).isZero();
    }

    private static void assertBalanced(JsonNode balance, long processed) {
        assertThat(balance.get("off").asLong()).isZero();
        assertThat(balance.get("counts").get("table").asLong()).isEqualTo(processed);
        assertThat(balance.get("counts").get("processed").asLong()).isEqualTo(processed);
        assertThat(balance.get("counts").get("removed").asLong()).isZero();
        assertThat(balance.get("measuredAt").asString()).isNotBlank();
    }

    private static void awaitGauge(Service service, double off) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(service.metric("intake_balance_off")).isEqualTo(off));
    }
}
