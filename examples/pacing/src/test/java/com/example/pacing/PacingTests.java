package com.example.pacing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.kafka.test.utils.KafkaTestUtils;

/** What a campaign has spent is exact, also when the application dies between processing and commit. */
@EmbeddedKafka(
        partitions = 2,
        topics = {"ad-exposure", "ad-exposure.dlt", ClosedCampaigns.TOPIC},
        brokerProperties = {"offsets.topic.num.partitions=1", "group.initial.rebalance.delay.ms=0"})
class PacingTests {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long PRICE = 1_500;

    @TempDir
    private Path folder;

    @Test
    void spendIsExactWhenTheApplicationDiesBetweenProcessingAndCommit(EmbeddedKafkaBroker broker) throws Exception {
        expose(broker, "autumn", 300);

        assertThat(exitCodeOfTheHaltingApplication(broker)).isEqualTo(HaltingApplication.EXIT_CODE);

        try (ConfigurableApplicationContext application = start(broker)) {
            JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
            // The positions commit with the spend: once they are past all exposures, no other can follow.
            await().atMost(PATIENCE).until(() -> passed(jdbc) == 300);
            assertThat(spent(jdbc, "autumn")).isEqualTo(300 * PRICE);
            assertThat(isClosed(jdbc, "autumn")).isFalse(); // it has no budget
        }
    }

    @Test
    void campaignIsClosedAtItsBudgetAndTheAdServersAreTold(EmbeddedKafkaBroker broker) {
        try (ConfigurableApplicationContext application = start(broker)) {
            JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
            jdbc.update("INSERT INTO campaign (id, budget_micros) VALUES ('winter', ?)", 10 * PRICE);

            expose(broker, "winter", 12);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(spent(jdbc, "winter")).isEqualTo(12 * PRICE));
            assertThat(isClosed(jdbc, "winter")).isTrue();
            assertThat(closedCampaigns(broker)).contains("winter");
        }
    }

    private ConfigurableApplicationContext start(EmbeddedKafkaBroker broker) {
        return SpringApplication.run(PacingApplication.class, arguments(broker).toArray(String[]::new));
    }

    /** Runs the application in a process of its own, until it halts by itself with exposures processed and not committed. */
    private int exitCodeOfTheHaltingApplication(EmbeddedKafkaBroker broker) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HaltingApplication.class.getName()));
        command.addAll(arguments(broker));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File("target/halting-application.log"))
                .start();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ended by itself, see target/halting-application.log")
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> arguments(EmbeddedKafkaBroker broker) {
        return List.of(
                "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                // The embedded database serves one instance: it waits until the session of a killed one is over.
                "--spring.kafka.consumer.properties.session.timeout.ms=6000",
                "--spring.datasource.url=jdbc:h2:file:" + folder.resolve("pacing") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                "--server.address=127.0.0.1",
                "--server.port=0");
    }

    private static void expose(EmbeddedKafkaBroker broker, String campaign, int count) {
        DefaultKafkaProducerFactory<String, String> producers = new DefaultKafkaProducerFactory<>(
                KafkaTestUtils.producerProps(broker), new StringSerializer(), new StringSerializer());
        KafkaTemplate<String, String> kafka = new KafkaTemplate<>(producers);
        long now = System.currentTimeMillis();
        for (int i = 0; i < count; i++) {
            // As Filebeat writes it: the line is the event's message.
            kafka.send(
                    "ad-exposure",
                    """
                    {"message":"{\\"exposure_id\\":\\"%s-%d\\",\\"ad_id\\":\\"a\\",\\"campaign_id\\":\\"%s\\",\
                    \\"exposed_at\\":%d,\\"price_micros\\":%d}"}"""
                            .formatted(campaign, i, campaign, now, PRICE));
        }
        kafka.flush();
        producers.destroy();
    }

    private static List<String> closedCampaigns(EmbeddedKafkaBroker broker) {
        Map<String, Object> settings = KafkaTestUtils.consumerProps(broker, "ad-server", false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        try (Consumer<String, String> consumer = new DefaultKafkaConsumerFactory<>(
                        settings, new StringDeserializer(), new StringDeserializer())
                .createConsumer()) {
            broker.consumeFromAnEmbeddedTopic(consumer, ClosedCampaigns.TOPIC);
            List<String> campaigns = new ArrayList<>();
            KafkaTestUtils.getRecords(consumer).forEach(message -> campaigns.add(message.key()));
            return campaigns;
        }
    }

    private static Long spent(JdbcTemplate jdbc, String campaign) {
        return jdbc.queryForList("SELECT spent_micros FROM campaign WHERE id = ?", Long.class, campaign).stream()
                .findFirst()
                .orElse(0L);
    }

    /** How many offsets the service has passed, by its own account. */
    private static long passed(JdbcTemplate jdbc) {
        Long offsets = jdbc.queryForObject("SELECT sum(next_offset - account_from) FROM partition_position", Long.class);
        return offsets == null ? 0 : offsets;
    }

    private static boolean isClosed(JdbcTemplate jdbc, String campaign) {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("SELECT closed FROM campaign WHERE id = ?", Boolean.class, campaign));
    }
}
