package dev.exposure.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exposure.intake.process.ExposureProcessor;
import dev.exposure.intake.testing.Exposures;
import dev.exposure.intake.testing.Service;
import dev.exposure.intake.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/** A team's own processor that fails and then works again, in the whole service. */
@ExtendWith(OutputCaptureExtension.class)
class ProcessorOutageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicBoolean FAILING = new AtomicBoolean();

    @TempDir
    Path directory;

    @Test
    void outageIsTheProcessorsAloneAndEachExposureIsBilledOnceWhenItIsOver(CapturedOutput output) {
        try (TestBroker broker = TestBroker.start()) {
            broker.createTopic("billed", 2);
            try (Service service = Service.start(Service.properties(broker, "billed", directory), Billing.class)) {
                JdbcTemplate jdbc = service.bean(JdbcTemplate.class);
                jdbc.execute("CREATE TABLE bill (exposure_id varchar(100) PRIMARY KEY)");
                broker.write("billed", 0, Exposures.events("ad", 0, 20));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(billed(jdbc)).isEqualTo(20));
                assertThat(service.metric("intake_processor_up")).isEqualTo(1);

                FAILING.set(true);
                broker.write("billed", 1, Exposures.events("ad", 20, 20));
                await().atMost(PATIENCE).until(() -> service.events("PROCESSOR_DOWN") == 1);
                assertThat(service.state()).isEqualTo("RETRYING");
                assertThat(service.metric("intake_processor_up")).isZero();
                assertThat(service.metric("intake_sink_up")).isEqualTo(1);
                assertThat(service.health("/liveness")).isEqualTo(200);
                JsonNode processor =
                        service.actuator("health").get("components").get("processor");
                assertThat(processor.get("status").asString()).isEqualTo("DOWN");
                assertThat(processor.get("details").get("cause").asString())
                        .startsWith("dev.exposure.intake.ProcessorOutageIT$Billing threw IOException at")
                        .contains("(ProcessorOutageIT.java:");
                // A position without records goes on, and shows nothing of the processor.
                assertThat(service.events("PROCESSOR_UP")).isZero();

                FAILING.set(false);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(billed(jdbc)).isEqualTo(40));
                await().atMost(PATIENCE).until(() -> service.events("PROCESSOR_UP") == 1);
                assertThat(service.events("SINK_DOWN")).isZero();
                assertThat(service.events("BROKER_DOWN")).isZero();
                assertThat(service.metric("intake_processor_up")).isEqualTo(1);
                assertThat(service.counted("ad")).as("the default steps back").isZero();
                assertThat(output.getAll().lines().filter(line -> line.contains("Processing fails")))
                        .singleElement()
                        .satisfies(line -> assertThat(line).contains("WARN", "IOException"));
                assertThat(output.getAll()).doesNotContain("id of somebody");
            }
        }
    }

    @Test
    void processorThatTakesLongIsShownAsLateAndTheSinkIsNot() {
        try (TestBroker broker = TestBroker.start()) {
            broker.createTopic("slow", 1);
            Map<String, String> properties = Service.properties(broker, "slow", directory);
            properties.put("intake.processor.timeout", "2m");
            try (Service service = Service.start(properties, Waiting.class)) {
                broker.write("slow", 0, Exposures.events("ad", 0, 20));

                await().atMost(PATIENCE).untilAsserted(() -> {
                    JsonNode health = service.actuator("health").get("components");
                    assertThat(health.get("processor").toString()).contains("DOWN", "has not answered for");
                    assertThat(health.get("sink").get("status").asString()).isEqualTo("UP");
                });
                assertThat(service.metric("intake_processor_up")).isZero();
                assertThat(service.metric("intake_sink_up")).isEqualTo(1);

                Waiting.DONE.countDown();
                await().atMost(PATIENCE).until(() -> service.metric("intake_processor_up") == 1);
                await().atMost(PATIENCE).until(() -> service.metric("intake_records_total{outcome=\"counted\"}") == 20);
                assertThat(service.events("PROCESSOR_DOWN")).isZero();
            }
        }
    }

    @Test
    void outageOfOnePartitionsRecordsIsOneWhileThoseOfAnotherGoOn() {
        try (TestBroker broker = TestBroker.start()) {
            broker.createTopic("picky", 2);
            Map<String, String> properties = Service.properties(broker, "picky", directory);
            properties.put("intake.poll.max-records", "1"); // so that no poll holds records of both
            try (Service service = Service.start(properties, Picky.class)) {
                broker.write("picky", 0, Exposures.events("refused", 0, 1));
                await().atMost(PATIENCE).until(() -> service.events("PROCESSOR_DOWN") == 1);

                broker.write("picky", 1, Exposures.events("taken", 0, 40));
                await().atMost(PATIENCE).until(() -> service.metric("intake_records_total{outcome=\"counted\"}") == 40);
                assertThat(service.events("PROCESSOR_DOWN")).isEqualTo(1);
                assertThat(service.events("PROCESSOR_UP")).isZero();
                assertThat(service.metric("intake_processor_up")).isZero();

                Picky.TAKES_ALL.set(true);
                await().atMost(PATIENCE).until(() -> service.metric("intake_records_total{outcome=\"counted\"}") == 41);
                await().atMost(PATIENCE).until(() -> service.events("PROCESSOR_UP") == 1);
            }
        }
    }

    /** Refuses the exposures of one ad, until it takes all. */
    static class Picky {

        static final AtomicBoolean TAKES_ALL = new AtomicBoolean();

        @Bean
        ExposureProcessor picky() {
            return exposures -> {
                if (!TAKES_ALL.get()
                        && exposures.stream()
                                .anyMatch(exposure -> exposure.adId().equals("refused"))) {
                    throw new IOException("refused");
                }
            };
        }
    }

    /** Waits for something of its own. */
    static class Waiting {

        static final CountDownLatch DONE = new CountDownLatch(1);

        @Bean
        ExposureProcessor waiting() {
            return exposures -> DONE.await();
        }
    }

    private static long billed(JdbcTemplate jdbc) {
        Long rows = jdbc.queryForObject("SELECT count(*) FROM bill", Long.class);
        return rows == null ? -1 : rows;
    }

    /** Bills by its own rule, in the application's database. */
    static class Billing {

        @Bean
        ExposureProcessor billing(JdbcTemplate jdbc) {
            return exposures -> {
                exposures.forEach(exposure -> jdbc.update("INSERT INTO bill VALUES (?)", exposure.exposureId()));
                if (FAILING.get()) {
                    throw new IOException("id of somebody");
                }
            };
        }
    }
}
